{
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("cb-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    for (const name of ["text", "width"]) {
      const value = localStorage.getItem("cb-" + name);
      if (value) root.dataset[name] = value;
    }
  } catch {}
  // A disk gives no modules: there they run as scripts, as late as modules do.
  const disk = location.protocol === "file:";
  const load = () => {
    for (const url of (root.dataset.modules || "").split(" ").filter(Boolean)) {
      const script = document.createElement("script");
      if (!disk) script.type = "module";
      script.src = root.dataset.root + url;
      document.head.append(script);
    }
  };
  disk ? addEventListener("DOMContentLoaded", load) : load();
}
