/* The claim an agent brought stands in this page's form; it leaves the address bar, and so the history. */
if (document.querySelector("[data-forget-claim]")) history.replaceState(null, "", location.pathname);
