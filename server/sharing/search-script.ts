/**
 * What `<script src="…/embed/search.js" async></script>` does on a page of the school: puts a search box in its place, which opens the
 * library, and offers how what is typed may go on. Plain JavaScript as it is sent: it runs in whatever browser opens the portal, and takes
 * nothing from the page. No cookie goes along, so what it offers is what a guest would be offered.
 */
export const searchScript = `(() => {
  const script = document.currentScript;
  if (!script) return;
  const library = script.src.replace(/\\/embed\\/search\\.js.*$/, '');
  const form = document.createElement('form');
  form.action = library + '/search';
  form.target = '_blank';
  form.setAttribute('role', 'search');
  const input = document.createElement('input');
  input.type = 'search';
  input.name = 'q';
  input.placeholder = input.ariaLabel = script.dataset.label || 'Tìm trong thư viện';
  input.autocomplete = 'off';
  const list = document.createElement('datalist');
  list.id = 'tu-sach-' + Math.random().toString(36).slice(2);
  input.setAttribute('list', list.id);
  const button = document.createElement('button');
  button.textContent = script.dataset.button || 'Tìm';
  form.append(input, ' ', button, list);
  script.after(form);
  let waiting = 0;
  let asked = '';
  input.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = input.value.trim();
      if (typed.length < 2 || typed === asked) return;
      asked = typed;
      try {
        const answer = await fetch(library + '/api/search/suggestions?q=' + encodeURIComponent(typed), { credentials: 'omit', referrerPolicy: 'no-referrer' });
        if (!answer.ok || typed !== asked) return;
        const { suggestions } = await answer.json();
        list.replaceChildren(...suggestions.map(({ text }) => Object.assign(document.createElement('option'), { value: text })));
      } catch {
        // The box searches without suggestions as well.
      }
    }, 250);
  });
})();
`;
