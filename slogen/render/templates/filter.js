// Shows the SLOs of an owner and a service that hold every word of the search. All three stand in the address
// (#owner=…&service=…&q=…), so that a link brings others to the same view, from a disk too.
(() => {
  const form = document.getElementById("filter");
  const fields = { owner: form.elements.owner, service: form.elements.service, q: form.elements.q };
  const count = document.getElementById("count");
  const clear = document.getElementById("clear");
  const toggle = document.getElementById("toggle");
  const groups = [...document.querySelectorAll("details.service")].map((box) => ({
    box,
    name: box.dataset.service,
    wasOpen: box.open,
    count: box.querySelector(".count"),
    lines: [...box.querySelectorAll("li")].map((line) => ({
      line,
      owner: line.dataset.owner,
      text: line.dataset.text.toLowerCase(),
    })),
  }));
  const total = groups.reduce((sum, group) => sum + group.lines.length, 0);

  // A choice is "=" and a name, which may be empty; "" is all. What nobody has can be chosen by a link, too.
  const choose = (field, name) => {
    const value = name === null ? "" : `=${name}`;
    if (![...field.options].some((option) => option.value === value)) field.add(new Option(`${name} (0)`, value));
    field.value = value;
  };
  const read = () => {
    const hash = location.hash.slice(1);
    let asked = new URLSearchParams(hash);
    if (!["owner", "service", "q"].some((name) => asked.has(name))) {
      let words = hash; // as older pages wrote it
      try {
        words = decodeURIComponent(hash);
      } catch {}
      asked = new URLSearchParams({ q: words });
    }
    choose(fields.owner, asked.get("owner"));
    choose(fields.service, asked.get("service"));
    fields.q.value = asked.get("q") ?? "";
  };
  const write = () => {
    const asked = new URLSearchParams();
    if (fields.owner.value) asked.set("owner", fields.owner.value.slice(1));
    if (fields.service.value) asked.set("service", fields.service.value.slice(1));
    if (fields.q.value) asked.set("q", fields.q.value);
    const hash = asked.toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };
  const label = () => {
    const isOpen = groups.some(({ box }) => box.open && !box.hidden);
    toggle.textContent = isOpen ? "Close all" : "Open all";
  };
  const show = () => {
    const words = fields.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [owner, service] = [fields.owner.value, fields.service.value];
    const isFiltered = Boolean(owner || service || words.length);
    let shown = 0;
    for (const { box, name, wasOpen, count: own, lines } of groups) {
      let inside = 0;
      for (const { line, owner: its, text } of lines) {
        const fits =
          (!owner || owner === `=${its}`) &&
          (!service || service === `=${name}`) &&
          words.every((word) => text.includes(word));
        line.hidden = !fits;
        inside += fits;
      }
      box.hidden = !inside;
      box.open = isFiltered ? inside > 0 : wasOpen;
      own.textContent = inside < lines.length ? `${inside} of ${lines.length}` : lines.length;
      shown += inside;
    }
    count.textContent = isFiltered ? `${shown} of ${total} SLOs` : `${total} SLOs`;
    clear.hidden = !isFiltered;
    toggle.hidden = !shown;
    label();
  };
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    show();
    write();
  });
  addEventListener("hashchange", () => {
    read();
    show();
    scrollTo(0, 0);
  });
  toggle.addEventListener("click", () => {
    const open = toggle.textContent === "Open all";
    for (const { box } of groups) box.open = open;
    label();
  });
  for (const { box } of groups) box.addEventListener("toggle", label);
  form.hidden = false;
  read();
  show();
})();
