// Signing in again over a text that is being written: the dialog sends its form, the text stays where it is.
export function signIn(dialog, send) {
  const form = dialog.querySelector('form'), wrong = dialog.querySelector('[data-wrong]');
  return new Promise(resolve => {
    const entered = async event => {
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form));
      const answer = await send(form.action, { method: 'POST', body }).catch(() => null);
      wrong.hidden = Boolean(answer?.ok);
      wrong.textContent = answer ? wrong.dataset.wrong : wrong.dataset.away;
      form.elements.password.value = '';
      if (answer?.ok) dialog.close('in'); else form.elements.password.focus();
    };
    form.addEventListener('submit', entered);
    dialog.addEventListener('close', () => {
      form.removeEventListener('submit', entered);
      resolve(dialog.returnValue === 'in');
    }, { once: true });
    dialog.returnValue = '';
    dialog.showModal();
    form.elements.password.focus();
  });
}
