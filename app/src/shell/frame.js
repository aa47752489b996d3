// What is alive of the frame: the colours, and the menu of a phone.
const colours = document.querySelector(".theme");
colours.addEventListener("submit", (event) => {
  const chosen = event.submitter;
  if (!chosen) return;
  event.preventDefault();
  document.documentElement.dataset.theme = chosen.value;
  for (const button of colours.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", button === chosen);
  }
  document.cookie = `theme=${chosen.value}; Path=/; Max-Age=31536000; SameSite=Strict`;
});

// A link in it may lead to another view of the same page.
const menu = document.getElementById("navigation");
menu.addEventListener("click", () => {
  if (menu.matches(":popover-open")) menu.hidePopover();
});

// The link of a refusal points its row out, once more if the page stands there already.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".field-error a:not([target])");
  const row = link && document.getElementById(link.hash.slice(1));
  if (!row) return;
  document.getElementById(row.id.replace("row", "edit"))?.focus();
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const marked = "var(--marked)";
  row.animate({ backgroundColor: [marked, marked, "transparent"] }, 3000);
});
