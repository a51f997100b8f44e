// Passkeys: ask the browser for one, put what it says into the form, send the form.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  const button = form.querySelector("button");
  const problem = form.querySelector("[data-problem]");
  form.hidden = false;
  const asked = async () => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    return answer.json();
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const found = await asked();
      const made = form.dataset.passkey === "create";
      if (made) {
        const wanted = found.creation_options.publicKey.authenticatorSelection;
        const passwordless = form.elements.passwordless && form.elements.passwordless.checked;
        wanted.residentKey = passwordless ? "required" : "discouraged";
        wanted.requireResidentKey = Boolean(passwordless);
        if (passwordless) wanted.userVerification = "required";
      }
      const credential = made ? await webauthnJSON.create(found.creation_options) : await webauthnJSON.get(found.request_options);
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch {
      problem.hidden = false;
      button.disabled = false;
    }
  });
})();
