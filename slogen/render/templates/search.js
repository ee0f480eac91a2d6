// Shows the SLOs that hold every word of the search; the search stands in the address, so it can be shared.
(() => {
  const field = document.getElementById("search");
  const lines = [...document.querySelectorAll("ul.slos > li")];
  const texts = lines.map((line) => line.dataset.text.toLowerCase());
  const count = document.getElementById("count");
  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    lines.forEach((line, index) => {
      const fits = words.every((word) => texts[index].includes(word));
      line.hidden = !fits;
      shown += fits;
    });
    count.textContent = `${shown} of ${lines.length} SLOs`;
    history.replaceState(null, "", field.value ? `#${encodeURIComponent(field.value)}` : location.pathname);
  };
  document.getElementById("searching").hidden = false;
  try {
    field.value = decodeURIComponent(location.hash.slice(1));
  } catch {
    field.value = "";
  }
  field.addEventListener("input", show);
  show();
})();
