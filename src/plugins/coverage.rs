use serde_json::{Value, json};

/// Most files that are listed one by one, the least covered first.
const FILES: usize = 20;

/// What was covered of what there is.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    covered: u64,
    total: u64,
}

/// Figures of a report as it is read.
#[derive(Debug, Default)]
struct Figures {
    lines: Share,
    branches: Share,
    functions: Share,
    files: Vec<(String, Share)>,
}

/// lcov's tracefile (geninfo(1)): `LF`/`LH` lines, `BRF`/`BRH` branches, `FNF`/`FNH` functions, counted from `DA` where a
/// section has no totals.
pub(super) fn lcov(text: &str) -> Result<Value, String> {
    let mut figures = Figures::default();
    let mut sections = 0;
    let (mut name, mut own, mut counted) = (String::new(), Share::default(), Share::default());
    for line in text.lines() {
        let (key, value) = line.split_once(':').unwrap_or((line.trim(), ""));
        let number = || value.trim().parse::<u64>().unwrap_or(0);
        match key.trim() {
            "SF" => {
                (name, own, counted) = (value.trim().to_owned(), Share::default(), Share::default());
            }
            "DA" => {
                counted.total += 1;
                let hits = value.split(',').nth(1).map_or("0", str::trim);
                counted.covered += u64::from(!hits.starts_with('-') && hits != "0");
            }
            "LF" => own.total = number(),
            "LH" => own.covered = number(),
            "BRF" => figures.branches.total += number(),
            "BRH" => figures.branches.covered += number(),
            "FNF" => figures.functions.total += number(),
            "FNH" => figures.functions.covered += number(),
            "end_of_record" => {
                sections += 1;
                let share = if own.total > 0 { own } else { counted };
                figures.lines.add(share);
                figures.files.push((std::mem::take(&mut name), share));
            }
            _ => {}
        }
    }
    if sections == 0 {
        Err("it has no section of lcov (`SF:` … `end_of_record`)".to_owned())
    } else {
        Ok(figures.value())
    }
}

/// Cobertura's report: `lines-covered`, `lines-valid` and the same of branches at its root (coverage-04.dtd), else its rates.
pub(super) fn cobertura(xml: &Value) -> Result<Value, String> {
    let root = &xml["coverage"][0];
    let of = |node: &Value, key: &str| node[key].as_str().and_then(|text| text.parse::<f64>().ok());
    let share = |covered: &str, valid: &str, rate: &str| match (of(root, covered), of(root, valid), of(root, rate)) {
        (Some(covered), Some(total), _) => Some(Share { covered: covered as u64, total: total as u64 }),
        (_, _, Some(rate)) => Some(Share { covered: (rate * 10_000.0).round() as u64, total: 10_000 }),
        _ => None,
    };
    let lines = share("@lines-covered", "@lines-valid", "@line-rate");
    let mut figures = Figures { lines: lines.ok_or("it has no `<coverage>` with figures")?, ..Figures::default() };
    figures.branches = share("@branches-covered", "@branches-valid", "").unwrap_or_default();
    for class in items(root, "packages", "package").flat_map(|package| items(package, "classes", "class")) {
        let hit = |line: &&Value| of(line, "@hits").is_some_and(|hits| hits > 0.0);
        let lines: Vec<&Value> = items(class, "lines", "line").collect();
        let share = Share { covered: lines.iter().filter(|line| hit(line)).count() as u64, total: lines.len() as u64 };
        figures.files.push((class["@filename"].as_str().unwrap_or_default().to_owned(), share));
    }
    Ok(figures.value())
}

/// JaCoCo's report: the `counter`s at its root and at each source file (report.dtd 1.1).
pub(super) fn jacoco(xml: &Value) -> Result<Value, String> {
    let root = &xml["report"][0];
    let share = |node: &Value, kind: &str| {
        let counters = node["counter"].as_array().into_iter().flatten();
        let of =
            |counter: &Value, key: &str| counter[key].as_str().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        counters.into_iter().find(|counter| counter["@type"] == kind).map(|counter| {
            let covered = of(counter, "@covered");
            Share { covered, total: covered + of(counter, "@missed") }
        })
    };
    let lines = share(root, "LINE").or_else(|| share(root, "INSTRUCTION"));
    let mut figures = Figures { lines: lines.ok_or("it has no `<report>` with counters")?, ..Figures::default() };
    figures.branches = share(root, "BRANCH").unwrap_or_default();
    figures.functions = share(root, "METHOD").unwrap_or_default();
    let grouped = root["group"].as_array().into_iter().flatten().flat_map(|group| plain(group, "package"));
    for package in plain(root, "package").chain(grouped) {
        for file in plain(package, "sourcefile") {
            let name = format!("{}/{}", package["@name"].as_str().unwrap_or(""), file["@name"].as_str().unwrap_or(""));
            figures.files.push((name, share(file, "LINE").unwrap_or_default()));
        }
    }
    Ok(figures.value())
}

fn plain<'a>(node: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    node[key].as_array().into_iter().flatten()
}

fn items<'a>(node: &'a Value, list: &'a str, item: &'a str) -> impl Iterator<Item = &'a Value> {
    plain(node, list).flat_map(move |list| plain(list, item))
}

impl Share {
    fn add(&mut self, other: Self) {
        self.covered += other.covered;
        self.total += other.total;
    }

    /// With one decimal, rounded down so that 100 means all.
    fn percent(self) -> f64 {
        if self.total == 0 {
            0.0
        } else {
            (self.covered.min(self.total) as f64 * 1000.0 / self.total as f64).floor() / 10.0
        }
    }

    fn value(self) -> Value {
        if self.total == 0 {
            return Value::Null;
        }
        json!({ "covered": self.covered, "total": self.total, "percent": self.percent() })
    }
}

impl Figures {
    /// What templates see, alike for every format: `lines`, `branches`, `functions` and the `files` that are covered least.
    fn value(mut self) -> Value {
        let count = self.files.len();
        self.files.retain(|(_, share)| share.total > 0);
        self.files.sort_by(|(a, x), (b, y)| x.percent().total_cmp(&y.percent()).then_with(|| a.cmp(b)));
        let files: Vec<Value> = self
            .files
            .iter()
            .take(FILES)
            .map(|(path, share)| json!({ "path": path, "percent": share.percent(), "total": share.total }))
            .collect();
        json!({
            "lines": self.lines.value(),
            "branches": self.branches.value(),
            "functions": self.functions.value(),
            "file_count": count,
            "files": files,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_formats_say_the_same() {
        let lcov = lcov(
            "TN:\nSF:a.rs\nDA:1,3\nDA:2,0\nLF:2\nLH:1\nBRF:4\nBRH:1\nend_of_record\nSF:b.rs\nDA:1,1\nDA:2,1\nend_of_record\n",
        );
        let xml = |text: &str| crate::plugins::xml::value(text).unwrap();
        let cobertura = cobertura(&xml(
            "<coverage lines-covered='3' lines-valid='4' branches-covered='1' branches-valid='4'><packages><package><classes>\
             <class filename='a.rs'><lines><line hits='3'/><line hits='0'/></lines></class><class filename='b.rs'><lines><line hits='1'/><line hits='1'/></lines></class>\
             </classes></package></packages></coverage>",
        ));
        let jacoco = jacoco(&xml(
            "<report name='x'><package name='p'><sourcefile name='a'><counter type='LINE' missed='1' covered='1'/></sourcefile></package>\
             <counter type='BRANCH' missed='3' covered='1'/><counter type='LINE' missed='1' covered='3'/></report>",
        ));
        for made in [lcov, cobertura, jacoco].map(Result::unwrap) {
            assert_eq!(made["lines"], json!({ "covered": 3, "total": 4, "percent": 75.0 }), "{made}");
            assert_eq!(made["branches"]["percent"], json!(25.0), "{made}");
            assert_eq!(made["files"][0]["percent"], json!(50.0), "{made}");
        }
    }

    #[test]
    fn what_is_no_report_is_refused() {
        assert!(lcov("hello").is_err());
        assert!(cobertura(&json!({ "html": [] })).is_err());
        assert!(jacoco(&json!({ "report": [{}] })).is_err());
    }
}
