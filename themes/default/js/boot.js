{
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("cb-theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch {}
  if (location.protocol !== "file:") {
    for (const url of (root.dataset.modules || "").split(" ").filter(Boolean)) {
      const script = document.createElement("script");
      script.type = "module";
      script.src = root.dataset.root + url;
      document.head.append(script);
    }
  }
}
