use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::beside::read_bounded;
use super::chart;
use super::condition::{Condition, Verdict};
use super::enrichment::{Enrichment, PluginFact, PluginPage, PluginView, State};
use super::history::History;
use super::manifest_audience::audience;
use super::manifest_parts::slug;
use super::manifest_rules::condition;
use super::part::{Audience, Column, On, Slot};
use super::rules;
use super::table::{Table, parse};
use crate::base::{Diagnostic, Outcome, RelPath, Route, SourceFile, escape_html};
use crate::catalog::{Catalog, Entity, EntityRef};
use crate::config::PluginSettings;
use crate::markdown;

/// What cards, facts and pages of scorecards are said to come from.
const PLUGIN: &str = "scorecards";

/// Most teams and most entities that the page lists one by one for each scorecard; the catalog has a column for all.
const LISTED: usize = 100;

/// `[[scorecards]]` of `site.toml`: levels that an entity reaches by the rules that it keeps.
#[derive(Debug, Clone)]
pub struct Scorecard {
    name: String,
    title: String,
    audience: Audience,
    levels: Vec<Level>,
    /// The file with its history, and what that says.
    file: Option<PathBuf>,
    history: History,
}

#[derive(Debug, Clone)]
struct Level {
    title: String,
    rules: Vec<(String, Condition)>,
}

/// How an entity stands: the level it reached (0: none), and each rule's verdict in order of the levels.
struct Standing {
    reached: usize,
    verdicts: Vec<Vec<Verdict>>,
}

/// Reads the scorecards of `site.toml`; a rule with a mistake is left out alone.
pub fn scorecards(settings: &PluginSettings) -> Outcome<Vec<Scorecard>> {
    let Some((path, text)) = &settings.inline else { return Outcome::default() };
    let file = SourceFile::new("", path.as_str(), text.as_str());
    let text = file.text().clone();
    let mut diagnostics = Vec::new();
    let faults = &mut diagnostics;
    // What is no TOML was told when the settings were read.
    let Ok(tree) = parse(&file, &text) else { return Outcome::default() };
    let mut top = Table::new(&file, "", 0..0, tree.get_ref());
    let mut cards = Vec::new();
    for mut table in top.tables("scorecards", faults) {
        let title = table.required("title", faults);
        let name = table.string("name", faults).map(|found| found.text);
        let audience = audience(&mut table, &Audience::default(), faults);
        let written = table.string("history", faults);
        let (file, history) = match written.map(|found| read_history(&settings.root, &found.text)) {
            None => (None, History::default()),
            Some(Ok((path, history))) => (Some(path), history),
            Some(Err(reason)) => {
                let message = format!("the history of a scorecard cannot be read: {reason}");
                faults.push(rules::DATA.diagnostic(message).about(format!("plugin {PLUGIN}")));
                (None, History::default())
            }
        };
        let levels = table.tables("levels", faults).into_iter().filter_map(|table| level(table, faults)).collect();
        if let Some(title) = title.map(|found| found.text) {
            let name = name.unwrap_or_else(|| slug(&title));
            cards.push(Scorecard { name, title, audience, levels, file, history });
        }
        table.finish(faults);
    }
    Outcome { value: cards, diagnostics }
}

/// A history that is not there yet is empty.
fn read_history(root: &Path, written: &str) -> Result<(PathBuf, History), String> {
    let inside = RelPath::root().resolve(written).map_err(|error| error.to_string())?;
    let path = root.join(inside.as_str());
    match read_bounded(&path) {
        Ok(text) => Ok((path, History::read(&text).map_err(|reason| format!("`{written}`: {reason}"))?)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok((path, History::default())),
        Err(error) => Err(format!("`{written}`: {error}")),
    }
}

fn level(mut table: Table<'_>, faults: &mut Vec<Diagnostic>) -> Option<Level> {
    let title = table.required("title", faults);
    let mut rules = Vec::new();
    for mut rule in table.tables("rules", faults) {
        let said = rule.required("title", faults);
        let condition = condition(None, &mut rule, faults);
        rules.extend(said.map(|said| said.text).zip(condition));
        rule.finish(faults);
    }
    table.finish(faults);
    Some(Level { title: title?.text, rules })
}

impl Scorecard {
    /// What its fact is called, after `scorecards.`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The file that its history stands in, if it has one.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    fn standing(&self, entity: &Entity, facts: &BTreeMap<&str, &Value>) -> Standing {
        let verdicts: Vec<Vec<Verdict>> = self
            .levels
            .iter()
            .map(|level| level.rules.iter().map(|(_, rule)| rule.verdict(&entity.document, facts)).collect())
            .collect();
        let kept = |level: &&Vec<Verdict>| level.iter().all(|verdict| *verdict == Verdict::Passed);
        Standing { reached: verdicts.iter().take_while(kept).count(), verdicts }
    }

    fn level(&self, reached: usize) -> &str {
        reached.checked_sub(1).map_or("none", |at| &self.levels[at].title)
    }

    /// A chart of the mean level of some entities on earlier days and now; nothing if there were none.
    fn trend<'e>(&self, title: &str, entities: impl Iterator<Item = (&'e str, usize)> + Clone) -> String {
        let number = |level: &str| (0..=self.levels.len()).find(|at| self.level(*at) == level);
        let earlier = self.history.means(entities.clone().map(|(entity, _)| entity), number);
        if earlier.is_empty() {
            return String::new();
        }
        let now: Vec<usize> = entities.map(|(_, reached)| reached).collect();
        let mean = now.iter().sum::<usize>() as f64 / now.len().max(1) as f64;
        let days = earlier.iter().map(|(day, level)| (day.to_string(), *level)).chain([("now".to_owned(), mean)]);
        let (labels, values): (Vec<String>, Vec<String>) =
            days.map(|(day, level)| (day, format!("{level:.2}"))).unzip();
        format!(
            "<cb-chart kind=\"line\" title=\"{title} since {}\" unit=\"of {}\" values=\"{}\" labels=\"{}\"></cb-chart>",
            labels[0],
            self.levels.len(),
            values.join(","),
            labels.join(",")
        )
    }

    fn pill(&self, reached: usize) -> String {
        let tone = match reached {
            0 => "danger",
            _ if reached == self.levels.len() => "success",
            1 => "warning",
            _ => "info",
        };
        format!("<span class=\"cb-pill cb-pill-{tone}\">{}</span>", escape_html(self.level(reached)))
    }

    /// The card of an entity: its level, how that went, and every rule with its verdict.
    fn card(&self, entity: &str, standing: &Standing) -> String {
        let trend = self.trend("Level", std::iter::once((entity, standing.reached)));
        let mut html = format!("<p>{}</p>{trend}", self.pill(standing.reached));
        for (level, verdicts) in self.levels.iter().zip(&standing.verdicts) {
            let _ = write!(html, "<h3>{}</h3><ul class=\"cb-verdicts\">", escape_html(&level.title));
            for ((title, _), verdict) in level.rules.iter().zip(verdicts) {
                let (mark, word) = match verdict {
                    Verdict::Passed => ("✓", "kept"),
                    Verdict::Failed => ("✗", "not yet"),
                    Verdict::Unknown => ("?", "not known"),
                };
                let _ = write!(html, "<li>{mark} {} <span class=\"cb-muted\">{word}</span></li>", escape_html(title));
            }
            html.push_str("</ul>");
        }
        html
    }

    /// How many of some entities reached each level, the highest first.
    fn counts(&self, reached: &[(String, usize)]) -> String {
        let mut html = String::from("<ul class=\"cb-tags\">");
        for level in (0..=self.levels.len()).rev() {
            let count = reached.iter().filter(|(_, at)| *at == level).count();
            if count > 0 {
                let _ = write!(html, "<li>{} <span class=\"cb-count\">{count}</span></li>", self.pill(level));
            }
        }
        html + "</ul>"
    }
}

impl Enrichment {
    /// Measures every entity by the scorecards: facts, a card for each, one for each team that owns some, and a page of all.
    pub(super) fn score(
        &mut self,
        cards: &[Scorecard],
        catalog: &Catalog,
        address: &dyn Fn(&EntityRef) -> Option<Route>,
    ) {
        let mut page = String::new();
        let route = super::page_route(PLUGIN, "");
        let link = |entity: &Entity| {
            let url = address(&entity.reference).map_or_else(String::new, |to| to.url_from(&route));
            format!("<a href=\"{}\">{}</a>", escape_html(&url), escape_html(entity.display_name()))
        };
        for card in cards {
            let mut all = Vec::new();
            let mut by_team = BTreeMap::<&EntityRef, Vec<(String, usize)>>::new();
            let mut rows = String::new();
            for (reference, entity) in catalog.entities.iter().filter(|(_, entity)| card.audience.includes(entity)) {
                let standing = self.standing(card, entity);
                let name = reference.to_string();
                all.push((name.clone(), standing.reached));
                for owner in entity.related("ownedBy") {
                    by_team.entry(owner).or_default().push((name.clone(), standing.reached));
                }
                if all.len() <= LISTED {
                    let _ = write!(rows, "<tr><td>{}</td><td>{}</td></tr>", link(entity), card.pill(standing.reached));
                }
                self.facts.entry(reference.clone()).or_default().push(fact(card, standing.reached));
                self.add_card(reference, &card.title, &card.card(&name, &standing));
            }
            let mut teams = String::new();
            for (at, (team, reached)) in by_team.iter().enumerate() {
                let (counts, trend) = (card.counts(reached), card.trend("Mean level", pairs(reached)));
                self.add_card(team, &format!("{}, what this team owns", card.title), &format!("{counts}{trend}"));
                if at >= LISTED {
                    continue;
                }
                let name = catalog.get(team).map_or_else(|| escape_html(&team.to_string()), &link);
                let _ = write!(teams, "<tr><td>{name}</td><td>{counts}</td></tr>");
            }
            let _ = write!(
                page,
                "<h2>{}</h2>{}{}<table><thead><tr><th scope=\"col\">Team</th><th scope=\"col\">Levels</th></tr></thead><tbody>{teams}</tbody></table>\
                 {}<table><thead><tr><th scope=\"col\">Entity</th><th scope=\"col\">Level</th></tr></thead><tbody>{rows}</tbody></table>{}",
                escape_html(&card.title),
                card.counts(&all),
                card.trend("Mean level", pairs(&all)),
                rest(by_team.len(), "teams: each has a card"),
                rest(all.len(), "entities: lists of the catalog have a column"),
            );
            self.columns.push(Column { title: card.title.clone(), fact: format!("{PLUGIN}.{}", card.name) });
        }
        if !cards.is_empty() {
            self.pages.push(PluginPage {
                plugin: PLUGIN.to_owned(),
                plugin_title: "Scorecards".to_owned(),
                title: "Scorecards".to_owned(),
                path: String::new(),
                menu: true,
                state: State::Ok,
                html: markdown::fragment(&page, &chart::draw),
                stamps: Vec::new(),
            });
        }
    }

    fn standing(&self, card: &Scorecard, entity: &Entity) -> Standing {
        let facts = self.facts.get(&entity.reference).into_iter().flatten();
        card.standing(entity, &facts.map(|fact| (fact.name.as_str(), &fact.data)).collect())
    }

    fn add_card(&mut self, reference: &EntityRef, title: &str, html: &str) {
        self.cards.entry(reference.clone()).or_default().push(PluginView {
            plugin: PLUGIN.to_owned(),
            title: title.to_owned(),
            slot: Slot::Content,
            on: On::Entity,
            path: String::new(),
            state: State::Ok,
            html: markdown::fragment(html, &chart::draw),
            stamps: Vec::new(),
        });
    }
}

/// What a table does not list.
fn rest(count: usize, what: &str) -> String {
    if count <= LISTED { String::new() } else { format!("<p>… and {} more {what}.</p>", count - LISTED) }
}

fn pairs(of: &[(String, usize)]) -> impl Iterator<Item = (&str, usize)> + Clone {
    of.iter().map(|(entity, reached)| (entity.as_str(), *reached))
}

/// How everything stands by a scorecard: titles of levels by entity, as a history records them.
pub fn standings(card: &Scorecard, enrichment: &Enrichment) -> BTreeMap<String, String> {
    let name = format!("{PLUGIN}.{}", card.name);
    let level = |facts: &[PluginFact]| facts.iter().find(|fact| fact.name == name).map(|fact| fact.value.clone());
    enrichment.facts.iter().filter_map(|(entity, facts)| Some((entity.to_string(), level(facts)?))).collect()
}

fn fact(card: &Scorecard, reached: usize) -> PluginFact {
    PluginFact {
        plugin: PLUGIN.to_owned(),
        name: format!("{PLUGIN}.{}", card.name),
        group: "quality".to_owned(),
        title: card.title.clone(),
        value: card.level(reached).to_owned(),
        data: Value::from(card.level(reached)),
        annotation: None,
    }
}
