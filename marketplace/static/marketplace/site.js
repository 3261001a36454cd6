// Everything works without this file. It adds suggestions under the search box, opens the filters where there is
// room for them, and takes stars away at the moment they end on a page that stays open.
"use strict";

(() => {
  const LONGEST_TIMEOUT = 2 ** 31 - 1; // milliseconds, what setTimeout can count

  const removeEndedStars = () => {
    let next = Infinity;
    for (const stars of document.querySelectorAll("[data-stars-end]")) {
      const left = Date.parse(stars.dataset.starsEnd) - Date.now();
      if (left <= 0) {
        (stars.closest("[data-stars-box]") ?? stars).remove();
        document.querySelectorAll('script[type="application/ld+json"]').forEach((data) => data.remove());
      } else {
        next = Math.min(next, left);
      }
    }
    return next;
  };

  const watchStars = () => {
    let timer;
    const look = () => {
      clearTimeout(timer);
      const next = removeEndedStars();
      if (next !== Infinity) {
        timer = setTimeout(look, Math.min(next, LONGEST_TIMEOUT));
      }
    };
    look();
    document.addEventListener("visibilitychange", look); // a sleeping tab's timers run late
    window.addEventListener("pageshow", look);
  };

  const suggest = (form) => {
    const input = form.querySelector("input[type=search]");
    const list = document.createElement("ul");
    list.id = `${input.id}-suggestions`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.querySelector("label").textContent);
    list.hidden = true;
    form.append(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    let active = -1;
    let timer;
    let request;

    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const activate = (index) => {
      const options = [...list.children];
      active = (index + options.length) % options.length;
      options.forEach((option, i) => option.setAttribute("aria-selected", String(i === active)));
      input.setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    };
    const open = (option) => {
      window.location.assign(form.action.replace(/\?.*$/, "") + encodeURIComponent(option.dataset.slug) + "/");
    };
    const show = (suggestions) => {
      list.replaceChildren(
        ...suggestions.map(({ text, slug }, index) => {
          const option = document.createElement("li");
          option.id = `${list.id}-${index}`;
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          option.dataset.slug = slug;
          option.textContent = text;
          return option;
        }),
      );
      active = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = suggestions.length === 0;
      input.setAttribute("aria-expanded", String(!list.hidden));
    };
    const ask = async () => {
      const text = input.value.trim();
      request?.abort();
      if (text.length < 2) {
        close();
        return;
      }
      request = new AbortController();
      const query = new URLSearchParams({ q: text, lang: document.documentElement.lang });
      try {
        const answer = await fetch(`${form.dataset.suggest}?${query}`, { signal: request.signal });
        if (answer.ok && document.activeElement === input) {
          const suggestions = await answer.json();
          show(Array.isArray(suggestions) ? suggestions : suggestions.results);
        }
      } catch {
        // Aborted by the next letter, or offline: the search itself still works.
      }
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, 150);
    });
    input.addEventListener("keydown", (event) => {
      if (list.hidden) {
        return;
      }
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        activate(event.key === "ArrowDown" ? active + 1 : active < 0 ? -1 : active - 1);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        open(list.children[active]);
      } else if (event.key === "Escape") {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the box
    list.addEventListener("click", (event) => {
      const option = event.target.closest("li");
      if (option) {
        open(option);
      }
    });
  };

  if (!("movedDay" in document.body.dataset)) {
    watchStars();
  }
  document.querySelectorAll("form[data-suggest]").forEach(suggest);
  if (window.matchMedia("(min-width: 60rem)").matches) {
    document.querySelectorAll("details.filters").forEach((filters) => {
      filters.open = true;
    });
  }
})();
