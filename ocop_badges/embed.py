"""The script for other people's sites: ``<script src="https://…/embed/{slug}.js" async></script>``.

It reads the badge's JSON and, while there are stars, shows the badge after its own script tag, linked to the page that
verifies it; it takes the badge away at the end of the last day without a reload, by its own timer, whenever the page
comes back into view, and by asking again every five minutes. ``data-size`` is the height in px (32–512),
``data-lang`` is ``vi`` or ``en``.

It makes no global, writes no markup and no style attribute (a strict content security policy allows neither), and each
script tag of a page stands for itself. The site's policy must allow this host in script-src, img-src and connect-src.
"""

import json
from functools import lru_cache

from .links import language_prefix
from .markup import MONTHS
from .pictures import DEFAULT_SIZE, MAX_SIZE, MIN_SIZE, WORDS
from .subjects import Subject

VERSION = 1

_SCRIPT = """\
(function () {
  "use strict";
  var config = __CONFIG__;
  var tag = document.currentScript || unclaimedTag();
  if (!tag || !tag.parentNode || tag.hasAttribute("data-ocop-badge")) return;
  tag.setAttribute("data-ocop-badge", "");

  var lang = tag.getAttribute("data-lang") === "en" ? "en" : "vi";
  var words = config.words[lang];
  var height = parseInt(tag.getAttribute("data-size"), 10);
  var size = height ? Math.max(config.min, Math.min(config.max, height)) : config.size;
  var link = null;      // what is shown, or nothing
  var shown = "";       // the address of the picture shown
  var end = 0;          // when the stars end, by this device's clock
  var endTicks = 0;     // the same, by a clock that nobody sets
  var timer = 0;

  function unclaimedTag() {
    var tags = document.querySelectorAll("script[src]:not([data-ocop-badge])");
    for (var i = 0; i < tags.length; i++) {
      if (tags[i].src.split(/[?#]/)[0] === config.script) return tags[i];
    }
    return null;
  }

  function ticks() {
    return window.performance && performance.now ? performance.now() : Date.now();
  }

  function remove() {
    if (link && link.parentNode) link.parentNode.removeChild(link);
    link = null;
    shown = "";
  }

  function show(badge) {
    var day = badge.valid_until.split("-");
    var until = lang === "en"
      ? Number(day[2]) + " " + config.months[Number(day[1]) - 1] + " " + day[0]
      : day[2] + "/" + day[1] + "/" + day[0];
    var address = config.base + "/badges/" + config.slug + ".svg?size=" + size + "&lang=" + lang +
      "&v=" + badge.certificate + "-" + badge.valid_until;
    if (link && link.parentNode && shown === address) return;
    remove();
    var image = document.createElement("img");
    image.alt = words.name + ": " + words.label.replace("{}", badge.stars) + ", " + words.to.replace("{}", until);
    image.height = size;
    image.addEventListener("error", remove);
    image.addEventListener("load", function () { if (image.naturalWidth < 2) remove(); });
    link = document.createElement("a");
    link.href = config.base + words.prefix + "/verify/" + badge.certificate + "/";
    link.target = "_blank";
    link.rel = "noopener";
    image.src = address;
    shown = address;
    link.appendChild(image);
    tag.parentNode.insertBefore(link, tag.nextSibling);
  }

  function take(badge, age, asked, askedTicks) {
    if (!tag.isConnected) { stop(); return; }
    if (!badge.stars) { remove(); return; }
    // What is left by the server's clock, counted from the question, a second less for the part it does not tell:
    // rather a moment early than late. No clock of this device has to be right.
    var last = Date.parse(badge.valid_until + "T00:00:00+07:00") + 86400000;
    var left = last - Date.parse(badge.checked_at) - age * 1000 - 1000;
    if (!(left > 0)) { remove(); return; }
    end = asked + left;
    endTicks = askedTicks + left;
    show(badge);
    wait();
  }

  function wait() {
    clearTimeout(timer);
    // A timer holds no more than 24 days, and sleeps with the device: look again at least every hour.
    timer = setTimeout(look, Math.max(0, Math.min(endTicks - ticks(), end - Date.now(), 3600000)));
  }

  function look() {
    if (!link) return;
    if (Date.now() >= end || ticks() >= endTicks) { remove(); ask(); } else { wait(); }
  }

  function ask() {
    var asked = Date.now(), askedTicks = ticks();
    fetch(config.base + "/badges/" + config.slug + ".json", { credentials: "omit", cache: "no-store" })
      .then(function (response) {
        if (response.status === 404) remove();
        if (!response.ok) return;
        var age = Number(response.headers.get("Age")) || 0;  // seconds it lay in a shared cache
        return response.json().then(function (badge) { take(badge, age, asked, askedTicks); });
      })
      .catch(function () { look(); });  // not reachable: what is shown stays until its end
  }

  function comeBack() {
    if (document.visibilityState === "visible") { look(); ask(); }
  }

  function stop() {
    remove();
    clearTimeout(timer);
    clearInterval(rhythm);
    document.removeEventListener("visibilitychange", comeBack);
    window.removeEventListener("pageshow", look);
  }

  var rhythm = setInterval(function () { if (document.visibilityState === "visible") ask(); }, 300000);
  document.addEventListener("visibilitychange", comeBack);
  window.addEventListener("pageshow", look);
  ask();
})();
"""


@lru_cache(maxsize=256)
def script(subject: Subject, base: str) -> str:
    """The script for one product; ``base`` is the address of this site."""
    config = {
        "base": base,
        "script": f"{base}/embed/{subject.slug}.js",
        "slug": subject.slug,
        "size": DEFAULT_SIZE,
        "min": MIN_SIZE,
        "max": MAX_SIZE,
        "months": MONTHS,
        "words": {
            lang: {
                "name": subject.name_in(lang),
                "label": WORDS[lang]["label"],
                "to": WORDS[lang]["to"],
                "prefix": language_prefix(lang),
            }
            for lang in ("vi", "en")
        },
    }
    # ASCII alone, and no "<": sound in whatever encoding or place the script ends up.
    return _SCRIPT.replace("__CONFIG__", json.dumps(config).replace("<", "\\u003c"))
