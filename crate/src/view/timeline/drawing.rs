//! The picture of a timeline: where each lane, arrow and word stands, as SVG.
//!
//! Colours are left to whoever shows it, by the classes here; the text of [`Drawing::svg`] brings its own for light and
//! dark.

use std::fmt::Write;

use serde::Serialize;

use super::{CarriedKind, LaneRole, Step, StepState, Timeline};

/// A picture.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Drawing {
    /// Its width, in CSS pixels.
    pub width: u32,
    /// Its height, in CSS pixels.
    pub height: u32,
    /// Its elements, those behind first.
    pub nodes: Vec<Node>,
}

/// One element of SVG. Names of elements and attributes are of the core's own; only values and text are captured.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Node {
    /// "g", "line", "path", "rect" or "text".
    pub name: &'static str,
    /// Its attributes.
    pub attributes: Vec<(&'static str, String)>,
    /// The text in it.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Self>,
    /// Number of the exchange that it stands for, where it is the group of a step.
    pub exchange: Option<u32>,
}

const LEFT: u32 = 64;
const LANE: u32 = 210;
const HEAD: u32 = 44;
const STEP: u32 = 62;
/// Where in a step its request and its response lie.
const REQUEST: u32 = 24;
const RESPONSE: u32 = 46;
/// Characters that fit beside a lane; what is longer is cut in its middle.
const LABEL: usize = 30;

impl Node {
    fn new(name: &'static str, class: &str) -> Self {
        Self { name, attributes: vec![("class", class.to_owned())], text: String::new(), children: Vec::new(), exchange: None }
    }

    fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    fn line(class: &str, from: (u32, u32), to: (u32, u32)) -> Self {
        Self::new("line", class).with("x1", from.0).with("y1", from.1).with("x2", to.0).with("y2", to.1)
    }

    fn text(class: &str, (x, y): (u32, u32), text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::new("text", class).with("x", x).with("y", y) }
    }

    fn empty(&mut self) {
        self.text.clear();
        self.children.iter_mut().for_each(Self::empty);
    }

    fn write(&self, into: &mut String) {
        into.push('<');
        into.push_str(self.name);
        for (name, value) in &self.attributes {
            let _ = write!(into, " {name}=\"{}\"", escaped(value));
        }
        into.push('>');
        into.push_str(&escaped(&self.text));
        for child in &self.children {
            child.write(into);
        }
        let _ = write!(into, "</{}>", self.name);
    }
}

impl Timeline {
    /// The picture.
    #[must_use]
    pub fn drawing(&self) -> Drawing {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let width = LEFT + LANE * count(self.lanes.len().saturating_sub(1)) + LANE;
        let height = HEAD + STEP * count(self.steps.len()) + 16;
        let mut nodes = Vec::new();
        for (lane, at) in self.lanes.iter().zip(0..) {
            let role = match lane.role {
                LaneRole::Browser => "Browser",
                LaneRole::Application => "Application",
                LaneRole::IdentityProvider => "Identity provider",
                LaneRole::Other => "",
            };
            nodes.push(Node::line("lane", (x(at), HEAD - 4), (x(at), height - 6)));
            nodes.push(Node::text("lane-role", (x(at), 16), role).with("text-anchor", "middle"));
            nodes.push(Node::text("lane-name", (x(at), 32), cut(&lane.label, LABEL)).with("text-anchor", "middle"));
        }
        nodes.extend(self.steps.iter().zip(0..).map(|(step, at)| drawn(step, HEAD + STEP * at, width)));
        Drawing { width, height, nodes }
    }
}

impl Drawing {
    /// The picture as the text of one SVG element, to stand in an HTML document or in a file of its own.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"timeline\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" role=\"img\"><style>{STYLE}</style>",
            self.width, self.height
        );
        for node in &self.nodes {
            node.write(&mut text);
        }
        text.push_str("</svg>");
        text
    }

    /// The picture as [`Self::svg`] writes it, without the texts: nothing in it comes from a capture.
    #[must_use]
    pub(crate) fn markup(mut self) -> String {
        self.nodes.iter_mut().for_each(Node::empty);
        self.svg()
    }
}

/// The colours of the picture where it stands alone.
pub(crate) const STYLE: &str = ".timeline{--ink:#1f1f1f;--quiet:#5b6270;--rule:#c7ccd6;--accent:#0b57d0;--bad:#b3261e;--note:#8a5a00;--page:#fff;font:11px system-ui,sans-serif;background:var(--page)}\
@media(prefers-color-scheme:dark){.timeline{--ink:#e3e3e3;--quiet:#a8adb7;--rule:#4c4f56;--accent:#a8c7fa;--bad:#f2a6a0;--note:#e8c26b;--page:#202124}}\
.timeline text{fill:var(--ink);paint-order:stroke;stroke:var(--page);stroke-width:3px}.timeline .lane{stroke:var(--rule)}\
.timeline .lane-role,.timeline .carried,.timeline .number{fill:var(--quiet)}.timeline .lane-name,.timeline .label{font-weight:600}\
.timeline .arrow{stroke:var(--quiet);fill:none}.timeline .back{stroke-dasharray:4 3}.timeline .tip{fill:var(--quiet)}.timeline .hit{fill:none}\
.timeline .step-broken .arrow{stroke:var(--bad);stroke-width:2}.timeline .step-broken .tip,.timeline .step-broken .label{fill:var(--bad)}\
.timeline .step-proof .arrow{stroke:var(--note)}.timeline .step-proof .tip{fill:var(--note)}.timeline .step-consequence{opacity:.6}\
.timeline .carried-token,.timeline .carried-code,.timeline .carried-assertion{fill:var(--accent)}.timeline .carried-challenge,.timeline .carried-refused{fill:var(--bad)}";

const fn x(lane: u32) -> u32 {
    LEFT + lane * LANE
}

fn drawn(step: &Step, top: u32, width: u32) -> Node {
    let class = match step.state {
        StepState::Plain => "step",
        StepState::Proof => "step step-proof",
        StepState::Broken => "step step-broken",
        StepState::Consequence => "step step-consequence",
    };
    let (from, to) = (x(0), x(u32::try_from(step.lane.max(1)).unwrap_or(1)));
    let mut group = Node { exchange: Some(step.exchange), ..Node::new("g", class).with("data-exchange", step.exchange) };
    let number = if step.times > 1 { format!("×{}", step.times) } else { format!("#{}", step.exchange) };
    let answer = match (step.status, &step.error) {
        (0, Some(error)) => cut(error, LABEL),
        (0, None) => "no response".to_owned(),
        (status, _) => status.to_string(),
    };
    let label = format!("{} {}", step.method, step.path);
    group.children.extend([
        Node::new("rect", "hit").with("x", 0).with("y", top + 4).with("width", width).with("height", STEP - 2),
        Node::text("number", (8, top + REQUEST + 4), number),
        Node::line("arrow", (from, top + REQUEST), (to - 5, top + REQUEST)),
        tip((to, top + REQUEST), false),
        Node::line("arrow back", (from + 5, top + RESPONSE), (to, top + RESPONSE)),
        tip((from, top + RESPONSE), true),
        Node::text("label", (from + 10, top + REQUEST - 5), cut(&label, LABEL)),
        Node::text("label", (from + 10, top + RESPONSE - 5), answer),
    ]);
    let said = |carried: &[super::Carried]| carried.iter().map(|one| one.label.as_str()).collect::<Vec<_>>().join(" · ");
    for (carried, y) in [(&step.sent, REQUEST), (&step.received, RESPONSE)] {
        if let Some(first) = carried.first() {
            group.children.push(Node::text(class_of(first.kind), (to + 10, top + y + 4), cut(&said(carried), LABEL)));
        }
    }
    group
}

const fn class_of(kind: CarriedKind) -> &'static str {
    match kind {
        CarriedKind::Cookie | CarriedKind::Message => "carried",
        CarriedKind::Refused => "carried carried-refused",
        CarriedKind::Token => "carried carried-token",
        CarriedKind::Challenge => "carried carried-challenge",
        CarriedKind::Code => "carried carried-code",
        CarriedKind::Assertion => "carried carried-assertion",
    }
}

fn tip((x, y): (u32, u32), points_left: bool) -> Node {
    let base = if points_left { x + 7 } else { x - 7 };
    Node::new("path", "tip").with("d", format!("M{x} {y}L{base} {}L{base} {}Z", y - 4, y + 4))
}

/// A text of at most that many characters; a longer one loses its middle, since both ends of paths and hosts tell most, and
/// words of which only a part would be left: half a word may look like a part of a secret.
fn cut(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most {
        return text.to_owned();
    }
    let (head, tail) = (most / 2, most - most / 2 - 1);
    let chars: Vec<char> = text.chars().collect();
    let (before, after) = (chars.get(..head).unwrap_or_default(), chars.get(length - tail..).unwrap_or_default());
    let goes_on = |at: usize| chars.get(at).is_some_and(|sign| sign.is_alphanumeric());
    let left = before.iter().rev().take_while(|sign| goes_on(head) && sign.is_alphanumeric()).count();
    let right = after.iter().take_while(|sign| goes_on(length - tail - 1) && sign.is_alphanumeric()).count();
    // Of one long word there is nothing else to show.
    let left = if left < head { head - left } else { head };
    let right = if right < tail { right } else { 0 };
    before.iter().take(left).chain(&['…']).chain(after.iter().skip(right)).collect()
}

/// Captured text stays text: bidirectional controls are dropped, since they would turn what stands beside them around.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            char if char.is_control() => escaped.push('\u{fffd}'),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captured_text_cannot_leave_its_element() {
        let step = Node::text("label", (0, 0), "</text><script>\"\u{202e}\0");
        let mut text = String::new();
        step.write(&mut text);
        assert_eq!(text, "<text class=\"label\" x=\"0\" y=\"0\">&lt;/text&gt;&lt;script&gt;&quot;\u{fffd}</text>");
    }

    #[test]
    fn every_class_is_one_that_the_style_names() {
        // What is searched for secrets knows the style as the program's own text, and nothing else of the picture.
        let session = crate::session::testing::session(
            "> POST https://app.test/login\n>\n> user=a&password=b\n< 302 Found\n< Set-Cookie: sid=1; Secure\n< Location: /home\n\n\
             > GET https://app.test/home\n> Cookie: sid=1\n> Authorization: Bearer a.b\n< 401 Unauthorized\n< WWW-Authenticate: Bearer\n",
        );
        let mut redactor = crate::redact::Redactor::default();
        let diagnosis = session.diagnose(crate::diagnosis::Input::default(), &mut redactor);
        let svg = session.timeline(&diagnosis.failures, &mut redactor).drawing().svg();
        let classes: Vec<&str> =
            svg.split("class=\"").skip(1).filter_map(|rest| rest.split('"').next()).flat_map(str::split_whitespace).collect();
        assert!(classes.contains(&"carried"), "{svg}");
        for class in classes.into_iter().filter(|class| class.contains('-')) {
            assert!(STYLE.contains(&format!(".{class}")), "{class}");
        }
    }

    #[test]
    fn long_text_keeps_both_ends() {
        assert_eq!(cut("/a/very/long/path/to/orders", 13), "/a/…orders");
        assert_eq!(cut("/a/very/long/path/to/orders", 15), "/a/very…/orders");
        assert_eq!(cut("abcdefghijklmnopqrstuvwxyz", 11), "abcde…vwxyz");
        assert_eq!(cut("/short", 11), "/short");
    }
}
