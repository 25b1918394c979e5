{
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("cb-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    // Room for what scripts will put into the page, so that nothing moves then.
    root.classList.add("cb-own-" + ["teams", "starred", "recent"].filter((what) => localStorage.getItem("cb-" + what)).length);
  } catch {}
  if (location.search) root.classList.add("cb-asked");
  // A disk gives no modules: there they run as scripts, as late as modules do.
  const disk = location.protocol === "file:";
  const load = () => {
    for (const url of (root.dataset.modules || "").split(" ").filter(Boolean)) {
      const script = document.createElement("script");
      if (!disk) script.type = "module";
      // In their order: later ones use the earlier.
      script.async = false;
      script.src = root.dataset.root + url;
      document.head.append(script);
    }
  };
  disk ? addEventListener("DOMContentLoaded", load) : load();
}
