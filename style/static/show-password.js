// Shows what was typed into a password field, and hides it again, by the button beside it. Without this
// script the buttons stay hidden.
for (const button of document.querySelectorAll('button.show-password')) {
  const field = button.parentElement.querySelector('input');
  const show = (shown) => {
    field.type = shown ? 'text' : 'password';
    button.firstElementChild.textContent = shown ? 'Hide' : 'Show';
  };
  button.addEventListener('click', () => show(field.type === 'password'));
  // What is sent from a field of text, browsers may offer to others later.
  field.form?.addEventListener('submit', () => show(false));
  button.hidden = false;
}
