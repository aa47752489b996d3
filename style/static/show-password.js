// Shows what was typed into a password field as long as the button beside it is pressed. Without this
// script the buttons stay hidden.
for (const button of document.querySelectorAll('button.show-password')) {
  const field = button.parentElement.querySelector('input');
  const show = (shown) => {
    field.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
  };
  button.addEventListener('click', () => show(field.type === 'password'));
  // What is sent from a field of text, browsers may offer to others later.
  field.form?.addEventListener('submit', () => show(false));
  button.hidden = false;
}
