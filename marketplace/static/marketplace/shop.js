// Everything works without this file. It keeps the cart's count in the header fresh, fills in the communes of a
// province, shows what a checkout costs as it is filled in, and looks whether an order has been paid.
"use strict";

(() => {
  document.documentElement.classList.add("has-script");

  const showCount = () => {
    const found = /(?:^|; )cart_count=(\d{1,3})(?:;|$)/.exec(document.cookie);
    const count = found ? Number(found[1]) : 0;
    for (const place of document.querySelectorAll("[data-cart-count]")) {
      place.textContent = String(count);
      place.hidden = count === 0;
    }
  };
  window.addEventListener("pageshow", showCount); // also of a page that the browser had kept

  const checkOut = (form) => {
    let request;

    const refresh = async () => {
      request?.abort();
      request = new AbortController();
      const summary = document.getElementById("checkout-summary");
      summary.setAttribute("aria-busy", "true");
      const body = new FormData(form);
      body.set("do", "update");
      try {
        const answer = await fetch(form.action, { method: "POST", body, signal: request.signal });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("checkout-summary");
        if (answer.ok && fresh) {
          // What was chosen while the answer was on its way stays chosen, if it can be chosen still.
          for (const chosen of summary.querySelectorAll("input[name]:checked")) {
            const same = fresh.querySelector(`input[name="${chosen.name}"][value="${chosen.value}"]`);
            if (same) {
              same.checked = true;
            }
          }
          summary.replaceWith(fresh);
          return;
        }
      } catch (error) {
        if (error.name === "AbortError") {
          return;
        }
      }
      summary.removeAttribute("aria-busy");
    };

    const fillCommunes = async (province) => {
      const communes = document.getElementById(province.id.replace("-province", "-commune"));
      const options = [communes.options[0]];
      if (province.value) {
        try {
          const answer = await fetch(`${form.dataset.communes}${encodeURIComponent(province.value)}/communes/`);
          if (answer.ok) {
            const { results } = await answer.json();
            options.push(...results.map((commune) => new Option(commune.name, commune.code)));
          }
        } catch {
          // the form brings them when it is sent
        }
      }
      communes.replaceChildren(...options);
      communes.value = "";
    };

    form.addEventListener("change", async ({ target }) => {
      if (target.closest("#checkout-summary")) {
        return;
      }
      if (target.matches("select[name$='-province']")) {
        await fillCommunes(target);
      }
      const counts = "[name$='-province'], [name*='-line-'], [name$='-deliver_on'], [name='email'], [name='hides_prices']";
      if (target.matches(counts)) {
        await refresh();
      }
    });
  };

  const watchPayment = (place) => {
    const look = async () => {
      if (!document.hidden) {
        try {
          const answer = await fetch(place.dataset.status, { headers: { Accept: "application/json" } });
          const { status, payment } = await answer.json();
          if (`${status} ${payment}` !== place.dataset.now) {
            window.location.reload();
            return;
          }
        } catch {
          // the next look may do better
        }
      }
      setTimeout(look, Number(place.dataset.every) * 1000);
    };
    setTimeout(look, Number(place.dataset.every) * 1000);
  };

  document.querySelectorAll("form[data-checkout]").forEach(checkOut);
  document.querySelectorAll("[data-status]").forEach(watchPayment);
})();
