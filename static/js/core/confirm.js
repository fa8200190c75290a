// @ts-check
// Ask for confirmation before a form with data-confirm, or sent by a button with data-confirm, is submitted.
document.addEventListener(
  "submit",
  event => {
    const { target: form, submitter } = event;
    const question = submitter?.dataset.confirm ?? form.dataset.confirm;
    const dialog = document.getElementById("confirm");
    if (!question || !dialog || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    document.getElementById("confirm-text").textContent = question;
    dialog.returnValue = "no";
    const answer = () => {
      if (dialog.returnValue !== "yes") return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(submitter);
      delete form.dataset.confirmed;
    };
    dialog.addEventListener("close", answer, { once: true });
    dialog.showModal();
  },
  true,
);
