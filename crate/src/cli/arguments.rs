//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::{Long, Short, Value};
use why401::capture::Engine;
use why401::report::Format;
use why401::time::Time;

use super::Problem;

/// What `why401 help` says.
pub const HELP: &str = "\
Says why a login failed, proved from the captured requests.

why401 diagnose FILE|-  [--format text|json|html|markdown|jira|har|junit|admin|sarif]
                        [--browser chrome|firefox] [--now TIME] [--reveal]
why401 redact FILE|-    [-o OUT] [--hide-hosts] [--without HOST|NUMBER]… [--key FILE]
why401 report FILE|-    [-o OUT] [--hide-hosts] [--without HOST|NUMBER]… [--key FILE]
                        [--note TEXT] [--format html|markdown|jira|har|json|junit|admin]
why401 compare WORKING FAILING  [--format text|json] [--reveal]
why401 causes           [--format text|tsv|json|markdown]
why401 explain CAUSE    [--format text|markdown]
why401 help
why401 --version

diagnose  reads a HAR file (also gzipped), a recording or report of Why401, a trace
          of Playwright, what curl -v prints, an export of SAML-tracer, a log of
          chrome://net-export, an archive of Fiddler, a session of Charles in JSON,
          a log of Proxyman, items of Burp, a web archive, answers saved in Postman,
          entries of a HAR alone, or exchange notation; - is standard input.
          The format is told by the content. In DevTools: Network, save all as HAR
          with content.
redact    writes a HAR in which every value is replaced that is not known to be
          harmless, and which has the same diagnosis.
report    writes the diagnosis and that HAR as one page that any browser shows,
          or in another form that holds no secret either.
compare   names the first difference that matters between a login that works
          and one that fails, and what follows from it.
causes    lists the causes that this build knows.
explain   says what a cause is, how it is recognised and how it is repaired.

--format   how to write the answer
--browser  whose cookie rules to apply; otherwise those that the file names
--now      when requests were made that the file gives no time for, in the form
           2026-11-20T19:51:41Z
-o         where to write; otherwise standard output
--without  leaves out an exchange, by its number, or all exchanges of a host
--hide-hosts  replaces hosts too, each by the same name everywhere
--note     what you want to say to it
--key      a file of 32 random bytes: reports made with it name equal secrets
           alike. Whoever has it can try out guesses; otherwise nobody can
--file     for sarif: the file of the repository that it is about
--reveal   shows passwords, tokens and cookies in clear

Exit status: 0 no failed login, or all recovered, or nothing to tell two logins
apart; 1 at least one failed login, or a difference; 2 the input could not be read whole.
";

/// What to do.
pub enum Command {
    /// Print the help.
    Help,
    /// Print the version.
    Version,
    /// Diagnose a file.
    Diagnose(Diagnose),
    /// Compare two files.
    Compare(Compare),
    /// List the causes.
    Causes(ListFormat),
    /// Write a report for others.
    Report(Report),
    /// Explain the cause of this id.
    Explain {
        /// Its id.
        id: String,
        /// Whether as a page in Markdown.
        is_markdown: bool,
    },
}

/// How to diagnose which file.
pub struct Diagnose {
    /// The file; `None` for standard input.
    pub file: Option<PathBuf>,
    /// Whether to answer in JSON.
    pub json: bool,
    /// Whose cookie rules to apply.
    pub browser: Option<Engine>,
    /// When requests without a time were made.
    pub now: Option<Time>,
    /// Whether to show secrets.
    pub reveal: bool,
}

/// How to make which report for others.
#[derive(Default)]
pub struct Report {
    /// The file; `None` for standard input.
    pub file: Option<PathBuf>,
    /// Where to write it; `None` for standard output.
    pub out: Option<PathBuf>,
    /// In which form.
    pub form: Form,
    /// Whose cookie rules to apply.
    pub browser: Option<Engine>,
    /// When requests without a time were made.
    pub now: Option<Time>,
    /// Whether hosts are replaced too.
    pub hides_hosts: bool,
    /// Numbers of exchanges that stay behind.
    pub without: Vec<u32>,
    /// Hosts whose exchanges stay behind.
    pub without_hosts: Vec<String>,
    /// What the user says to it.
    pub note: Option<String>,
    /// Where the key of the pseudonyms is; `None` for one that nobody keeps.
    pub key: Option<PathBuf>,
}

/// The form of a report.
#[derive(Clone, PartialEq, Eq)]
pub enum Form {
    /// One that needs nothing else.
    Shared(Format),
    /// SARIF, about this file of a repository.
    Sarif(String),
}

impl Default for Form {
    fn default() -> Self {
        Self::Shared(Format::Html)
    }
}

/// Which files to compare.
pub struct Compare {
    /// The login that works.
    pub working: PathBuf,
    /// The login that fails.
    pub failing: PathBuf,
    /// Whether to answer in JSON.
    pub json: bool,
    /// Whether to show secrets.
    pub reveal: bool,
}

/// How to write the list of causes.
#[derive(Clone, Copy)]
pub enum ListFormat {
    /// For people.
    Text,
    /// Tab-separated values.
    Tsv,
    /// JSON.
    Json,
    /// A Markdown table.
    Markdown,
}

/// Reads the command line.
///
/// # Errors
/// What is not understood, and what there is instead.
pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, Problem> {
    let mut parser = lexopt::Parser::from_args(arguments);
    let command = match parser.next().map_err(misuse)? {
        None => return Err(Problem("say what to do: why401 diagnose FILE; why401 help lists everything".into())),
        Some(Long("help") | Short('h')) => return Ok(Command::Help),
        Some(Long("version") | Short('V')) => return Ok(Command::Version),
        Some(Value(command)) => command.to_string_lossy().into_owned(),
        Some(other) => return Err(misuse(other.unexpected())),
    };
    match command.as_str() {
        "help" => Ok(Command::Help),
        "diagnose" => diagnose(&mut parser),
        "redact" => redact(&mut parser),
        "report" => report(&mut parser),
        "compare" => compare(&mut parser),
        "causes" => causes(&mut parser),
        "explain" => explain(&mut parser),
        unknown => Err(Problem(format!("there is no command '{unknown}'; why401 help lists them"))),
    }
}

/// A diagnosis for whoever asks, or a report for others.
fn diagnose(parser: &mut lexopt::Parser) -> Result<Command, Problem> {
    let Some(Arguments { report, word, reveal, repository_file }) = arguments(parser, "diagnose")? else { return Ok(Command::Help) };
    let word = word.as_deref().unwrap_or("text");
    if word == "sarif" {
        let none = || Problem("SARIF is about a file of a repository, and none is named; say --file PATH, such as the test's".into());
        return Ok(Command::Report(Report { form: Form::Sarif(repository_file.ok_or_else(none)?), ..report }));
    }
    let json = word == "json";
    if json || word == "text" {
        let Report { file, browser, now, .. } = report;
        return Ok(Command::Diagnose(Diagnose { file, json, browser, now, reveal }));
    }
    let format = shared(word, &["text"], &["sarif"])?;
    if reveal {
        return Err(Problem(format!("what is made for others shows no secrets; leave --reveal out, or --format {word}")));
    }
    Ok(Command::Report(Report { form: Form::Shared(format), ..report }))
}

fn redact(parser: &mut lexopt::Parser) -> Result<Command, Problem> {
    let Some(arguments) = arguments(parser, "redact")? else { return Ok(Command::Help) };
    if arguments.reveal || arguments.word.is_some() {
        return Err(Problem("redact knows neither --reveal nor --format; why401 help shows what there is".into()));
    }
    Ok(Command::Report(Report { form: Form::Shared(Format::Har), ..arguments.report }))
}

fn report(parser: &mut lexopt::Parser) -> Result<Command, Problem> {
    let Some(Arguments { report, word, reveal, .. }) = arguments(parser, "report")? else { return Ok(Command::Help) };
    if reveal {
        return Err(Problem("a report shows no secrets; leave --reveal out".into()));
    }
    let format = word.map_or(Ok(Format::Html), |word| shared(&word, &[], &[]))?;
    Ok(Command::Report(Report { form: Form::Shared(format), ..report }))
}

/// The form of that name; `before` and `behind` are the other words that the command knows.
fn shared(word: &str, before: &[&'static str], behind: &[&'static str]) -> Result<Format, Problem> {
    Format::named(word).ok_or_else(|| {
        let names: Vec<&str> = before.iter().copied().chain(Format::ALL.map(|(name, _)| name)).chain(behind.iter().copied()).collect();
        Problem(format!("there is no format '{word}'; say --format {}", names.join("|")))
    })
}

/// What the commands with one file are told.
#[derive(Default)]
struct Arguments {
    report: Report,
    word: Option<String>,
    reveal: bool,
    repository_file: Option<String>,
}

/// `None` where help is asked for.
fn arguments(parser: &mut lexopt::Parser, command: &str) -> Result<Option<Arguments>, Problem> {
    let mut told = Arguments::default();
    let mut named = false;
    while let Some(argument) = parser.next().map_err(misuse)? {
        let report = &mut told.report;
        match argument {
            Long("help") | Short('h') => return Ok(None),
            Long("format") => told.word = Some(text(parser)?),
            Long("reveal") => told.reveal = true,
            Long("file") => told.repository_file = Some(text(parser)?),
            Long("out") | Short('o') => report.out = Some(text(parser)?.into()),
            Long("browser") => {
                report.browser = Some(one_of(parser, "browser", &[("chrome", Engine::Chromium), ("firefox", Engine::Firefox)])?);
            }
            Long("now") => {
                let text = text(parser)?;
                let time = Time::from_rfc3339(&text);
                report.now = Some(time.ok_or_else(|| Problem(format!("'{text}' is no time; say --now 2026-11-20T19:51:41Z")))?);
            }
            Long("hide-hosts") => report.hides_hosts = true,
            Long("without") => {
                let word = text(parser)?;
                match word.parse() {
                    Ok(number) => report.without.push(number),
                    Err(_) => report.without_hosts.push(word),
                }
            }
            Long("key") => report.key = Some(text(parser)?.into()),
            Long("note") => report.note = Some(text(parser)?),
            Value(file) if !named => {
                named = true;
                report.file = (file != "-").then(|| file.into());
            }
            Value(_) => return Err(Problem(format!("{command} reads one file at a time; call it once for each"))),
            other => return Err(misuse(other.unexpected())),
        }
    }
    if !named {
        return Err(Problem(format!("say which file: why401 {command} FILE, or - for standard input")));
    }
    Ok(Some(told))
}

fn compare(parser: &mut lexopt::Parser) -> Result<Command, Problem> {
    let (mut files, mut json, mut reveal) = (Vec::new(), false, false);
    while let Some(argument) = parser.next().map_err(misuse)? {
        match argument {
            Long("help") | Short('h') => return Ok(Command::Help),
            Long("format") => json = one_of(parser, "format", &[("text", false), ("json", true)])?,
            Long("reveal") => reveal = true,
            Value(file) => files.push(PathBuf::from(file)),
            other => return Err(misuse(other.unexpected())),
        }
    }
    let [working, failing] = <[PathBuf; 2]>::try_from(files)
        .map_err(|files| Problem(format!("compare needs two files and got {}; say why401 compare WORKING FAILING", files.len())))?;
    Ok(Command::Compare(Compare { working, failing, json, reveal }))
}

fn causes(parser: &mut lexopt::Parser) -> Result<Command, Problem> {
    let mut format = ListFormat::Text;
    while let Some(argument) = parser.next().map_err(misuse)? {
        match argument {
            Long("help") | Short('h') => return Ok(Command::Help),
            Long("format") => {
                let formats =
                    [("text", ListFormat::Text), ("tsv", ListFormat::Tsv), ("json", ListFormat::Json), ("markdown", ListFormat::Markdown)];
                format = one_of(parser, "format", &formats)?;
            }
            other => return Err(misuse(other.unexpected())),
        }
    }
    Ok(Command::Causes(format))
}

fn explain(parser: &mut lexopt::Parser) -> Result<Command, Problem> {
    let (mut id, mut is_markdown) = (None, false);
    while let Some(argument) = parser.next().map_err(misuse)? {
        match argument {
            Long("help") | Short('h') => return Ok(Command::Help),
            Long("format") => is_markdown = one_of(parser, "format", &[("text", false), ("markdown", true)])?,
            Value(word) if id.is_none() => id = Some(word.to_string_lossy().into_owned()),
            other => return Err(misuse(other.unexpected())),
        }
    }
    id.map(|id| Command::Explain { id, is_markdown })
        .ok_or_else(|| Problem("say which cause: why401 explain CAUSE; why401 causes lists them".into()))
}

fn text(parser: &mut lexopt::Parser) -> Result<String, Problem> {
    Ok(parser.value().map_err(misuse)?.to_string_lossy().into_owned())
}

/// The value of an option that knows a few words.
fn one_of<T: Copy>(parser: &mut lexopt::Parser, option: &str, known: &[(&str, T)]) -> Result<T, Problem> {
    let word = text(parser)?;
    known.iter().find(|(name, _)| *name == word).map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        Problem(format!("there is no {option} '{word}'; say --{option} {}", names.join("|")))
    })
}

fn misuse(error: lexopt::Error) -> Problem {
    Problem(format!("{error}; why401 help shows what there is"))
}
