// What the page does beyond its HTML, which is whole without: it keeps itself up to date, and copies commands.
(() => {
  const UPDATE_MS = 2000;
  const pause = document.getElementById('pause');

  function addCopyButtons(part) {
    if (!navigator.clipboard) return;
    for (const code of part.querySelectorAll('.command')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = 'Copy';
      button.setAttribute('aria-label', `Copy ${code.textContent}`);
      button.addEventListener('click', () =>
        navigator.clipboard.writeText(code.textContent).then(() => {
          document.getElementById('said').textContent = `Copied: ${code.textContent}`;
        }),
      );
      code.after(' ', button);
    }
  }

  // Parts that changed take the place of what they were; the focus stays where it is, and a log at its end.
  function replace(part, now) {
    const focused = part.contains(document.activeElement) ? document.activeElement : undefined;
    const href = focused?.getAttribute('href');
    const isAtEnd = part.scrollTop + part.clientHeight >= part.scrollHeight - 4;
    part.innerHTML = now;
    addCopyButtons(part);
    if (href) [...part.querySelectorAll('a')].find((link) => link.getAttribute('href') === href)?.focus();
    if (part.tagName === 'PRE' && isAtEnd) part.scrollTop = part.scrollHeight;
  }

  const said = new Map();

  function show(text) {
    const fresh = new DOMParser().parseFromString(text, 'text/html');
    for (const part of document.querySelectorAll('[data-part]')) {
      const now = fresh.getElementById(part.id)?.innerHTML;
      if (now === undefined || now === (said.get(part.id) ?? part.innerHTML)) continue;
      said.set(part.id, now);
      replace(part, now);
    }
  }

  let isPaused = false;

  async function update() {
    if (!isPaused && !document.hidden) {
      try {
        const answer = await fetch(location.href);
        if (answer.ok && !isPaused) show(await answer.text());
      } catch {
        const asOf = document.getElementById('as-of');
        if (!asOf.textContent.includes('not answer')) asOf.textContent += ' (lambda-ec2 ui does not answer any more)';
      }
    }
    setTimeout(update, UPDATE_MS);
  }

  for (const part of document.querySelectorAll('[data-part]')) said.set(part.id, part.innerHTML);
  addCopyButtons(document);
  for (const log of document.querySelectorAll('pre[data-part]')) log.scrollTop = log.scrollHeight;
  if (!('live' in document.body.dataset) || !document.querySelector('main [data-part]')) return;
  pause.hidden = false;
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.textContent = isPaused ? 'Go on with updates' : 'Pause updates';
  });
  setTimeout(update, UPDATE_MS);
})();
