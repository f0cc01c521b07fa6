//! The shapes in which the core's answers reach JavaScript, written for its type checker from the types themselves.

use ts_rs::{Config, TS};

use super::cookies::{CookieLife, Cookies};
use super::explanation::Explanation;
use super::filter::Suggestion;
use super::news::{FailureCard, News};
use super::timeline::{Carried, CarriedKind, Drawing, Lane, LaneRole, Node, Step, StepState, Timeline};
use super::{Detail, Leaf, Level, Line, Row, Section, Standing, State, Validity};
use crate::capture::Skipped;
use crate::cause::{Audience, Side};
use crate::compare::{Compared, Comparison, Excluded, Own, Pairing, Parting, Taken};
use crate::diagnosis::{Checked, DiagnosedCause, DiagnosedFailure, Diagnosis, Handle, Input, Quote, Reference, Setting, Tool, Verdict};
use crate::finding::{Certainty, Remedy};
use crate::redact::{Kind, Part};
use crate::report::preview::{Leaving, Preview};
use crate::report::share::Receipt;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../extension/shared/shapes.d.ts");

fn shapes() -> String {
    let config = Config::new().with_large_int("number");
    let mut text = String::from(
        "// What the core answers with. Written from its types by a test; change those, and run it with WHY401_WRITE_SHAPES=1.\n",
    );
    macro_rules! declare {
        ($($shape:ty),+ $(,)?) => {$( text.push_str(&format!("\nexport {}\n", <$shape>::decl(&config))); )+};
    }
    declare!(
        Part,
        Row,
        News,
        FailureCard,
        Standing,
        State,
        Diagnosis,
        Tool,
        Input,
        Skipped,
        Verdict,
        DiagnosedFailure,
        DiagnosedCause,
        Side,
        Certainty,
        Quote,
        Remedy,
        Setting,
        Audience,
        Reference,
        Handle,
        Checked,
        Detail,
        Section,
        Leaf,
        Line,
        Level,
        Validity,
        Timeline,
        Lane,
        LaneRole,
        Step,
        StepState,
        Carried,
        CarriedKind,
        Drawing,
        Node,
        Cookies,
        CookieLife,
        Suggestion,
        Explanation,
        Compared,
        Own,
        Comparison,
        Excluded,
        Parting,
        Pairing,
        Taken,
        Kind,
        Receipt,
        Leaving,
        Preview,
    );
    text
}

#[test]
fn what_javascript_is_told_of_the_shapes_is_what_they_are() {
    let shapes = shapes();
    if std::env::var_os("WHY401_WRITE_SHAPES").is_some() {
        std::fs::write(FILE, &shapes).unwrap();
    }
    assert!(std::fs::read_to_string(FILE).unwrap_or_default() == shapes, "run this test with WHY401_WRITE_SHAPES=1");
}
