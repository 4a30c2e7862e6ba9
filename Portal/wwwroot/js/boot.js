// What only a browser can do for the page: the token of the link, the theme, dialogs, the clipboard.
// Runs before anything is painted and before the page's program is loaded.
(() => {
  'use strict';
  const tokenKey = 'rollcall.token';
  const themeKey = 'rollcall.theme';

  // A browser may refuse storage; the page then works until it is reloaded.
  const kept = new Map();
  const read = (storage, key) => {
    try { return window[storage].getItem(key) ?? kept.get(key) ?? null; } catch { return kept.get(key) ?? null; }
  };
  const write = (storage, key, value) => {
    kept.set(key, value);
    try {
      if (value === null) { window[storage].removeItem(key); } else { window[storage].setItem(key, value); }
    } catch { /* kept in memory */ }
  };

  // Below a path (PUBLIC_URL) the gateway's own root, and the path without its slash, show this page, too: it works below its base alone.
  const base = new URL(document.baseURI).pathname;
  if (!location.pathname.startsWith(base)) {
    const place = location.pathname + '/' === base ? '' : location.pathname.slice(1).replace(/^index\.html$/, '');
    location.replace(base + place + location.search + location.hash);
    return;
  }

  const takeToken = () => {
    const found = /^#token=(.+)$/.exec(location.hash);
    if (!found) { return false; }
    write('sessionStorage', tokenKey, decodeURIComponent(found[1]));
    history.replaceState(history.state, '', location.pathname + location.search);
    return true;
  };

  const dark = () => {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  };

  const chosenTheme = read('localStorage', themeKey);
  if (chosenTheme === 'dark' || chosenTheme === 'light') { document.documentElement.dataset.theme = chosenTheme; }
  takeToken();

  // A link opened in a tab that shows the portal already changes only the fragment.
  addEventListener('hashchange', () => { if (takeToken()) { location.reload(); } });

  addEventListener('keydown', event => {
    const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select');
    if (event.key === '/' && !typing && !document.querySelector('dialog[open]')) {
      const search = document.getElementById('search');
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
    if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && event.target instanceof HTMLElement && event.target.matches('.device-open')) {
      let row = event.target.closest('tr');
      row = event.key === 'ArrowDown' ? row.nextElementSibling : row.previousElementSibling;
      const open = row?.querySelector('.device-open');
      if (open) { event.preventDefault(); open.focus(); }
    }
  });

  window.rollcall = {
    token: () => read('sessionStorage', tokenKey),
    keepToken: token => write('sessionStorage', tokenKey, token),
    // A gateway that serves no reference says so in the page.
    hasReference: () => document.querySelector('meta[name="rollcall-reference"][content="off"]') === null,
    isDark: dark,
    toggleTheme: () => {
      const theme = dark() ? 'light' : 'dark';
      document.documentElement.dataset.theme = theme;
      write('localStorage', themeKey, theme);
      return theme === 'dark';
    },
    // Modal dialogs are the browser's own: they keep the focus inside, close on Escape and give the focus back.
    showDialog: dialog => {
      if (dialog.open) { return; }
      dialog.addEventListener('mousedown', event => {
        if (event.target === dialog) {
          const box = dialog.getBoundingClientRect();
          const outside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
          if (outside && !dialog.hasAttribute('data-stay')) { dialog.close(); }
        }
      });
      dialog.showModal();
    },
    // The device of a dialog may have been removed, and the dialog with it.
    closeDialog: dialog => dialog?.close(),
    focus: id => document.getElementById(id)?.focus(),
    toTop: id => document.getElementById(id)?.scrollTo(0, 0),
    copy: async text => {
      try { await navigator.clipboard.writeText(text); return true; } catch { return false; }
    },
  };
})();
