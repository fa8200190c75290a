// @ts-check
// Sign in again above a text that is being written: the dialog sends its form, the text stays.

/**
 * @param {HTMLDialogElement} dialog
 * @param {typeof import("../core/request.js").send} send
 * @returns {Promise<boolean>} whether they signed in
 */
export function signIn(dialog, send) {
  const form = dialog.querySelector("form");
  const error = dialog.querySelector("[data-wrong]");
  return new Promise(resolve => {
    const onSubmit = async event => {
      event.preventDefault();
      const body = new URLSearchParams(new FormData(form));
      const answer = await send(form.action, { method: "POST", body }).catch(() => null);
      error.hidden = Boolean(answer?.ok);
      error.textContent = answer ? error.dataset.wrong : error.dataset.away;
      form.elements.password.value = "";
      if (answer?.ok) dialog.close("in");
      else form.elements.password.focus();
    };
    const onClose = () => {
      form.removeEventListener("submit", onSubmit);
      resolve(dialog.returnValue === "in");
    };
    form.addEventListener("submit", onSubmit);
    dialog.addEventListener("close", onClose, { once: true });
    dialog.returnValue = "";
    dialog.showModal();
    form.elements.password.focus();
  });
}
