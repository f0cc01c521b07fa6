// What the core answers with. Written from its types by a test; change those, and run it with WHY401_WRITE_SHAPES=1.

export type Part = { 
/**
 * The text to show: clear, or the mask.
 */
text: string, 
/**
 * The pseudonym of the secret behind the mask.
 */
secret: string | null, };

export type Row = { 
/**
 * Position in the session.
 */
index: number, 
/**
 * Number of the exchange, by which everything else names it.
 */
number: number, 
/**
 * When it began, in milliseconds since the Unix epoch; none where the capture does not say.
 */
started: number | null, 
/**
 * How long it took, in milliseconds.
 */
duration: number, 
/**
 * The method.
 */
method: string, 
/**
 * The target, its secrets masked.
 */
url: string, 
/**
 * Host and port.
 */
host: string, 
/**
 * Path and query, their secrets masked.
 */
path: string, 
/**
 * The status; 0 where no response was received.
 */
status: number, 
/**
 * What the browser wanted it for.
 */
kind: string, 
/**
 * The browser's own name for what went wrong.
 */
error: string | null, 
/**
 * Whether it carries or concerns authentication.
 */
auth: boolean, 
/**
 * Whether by itself it looks like a failed login.
 */
notable: boolean, };

export type News = { 
/**
 * Position of the first of the rows.
 */
from: number, 
/**
 * The rows from there on.
 */
rows: Array<Row>, 
/**
 * How the logins stand.
 */
standing: Standing | null, 
/**
 * The keys of all failed logins: what nothing repaired stands first, within that the newest.
 */
order: Array<string> | null, 
/**
 * The failed logins that are new or look different now.
 */
failures: Array<FailureCard>, 
/**
 * Risks that broke no login.
 */
audit: Array<DiagnosedCause> | null, 
/**
 * Numbers of the exchanges in which a login failed that nothing repaired.
 */
failing: Array<number> | null, };

export type FailureCard = { 
/**
 * Names it for as long as the session lasts.
 */
key: string, 
/**
 * When the last of its exchanges began, in milliseconds since the Unix epoch; none where the capture does not say.
 */
last: number | null, 
/**
 * Numbers of the exchanges in which it shows.
 */
exchanges: Array<number>, 
/**
 * The origin that refused.
 */
origin: string, 
/**
 * The status that refused; 0 where no answer came.
 */
status: number, 
/**
 * What failed, in a sentence.
 */
what: string, 
/**
 * Whether identity or permission failed, in words.
 */
identity_or_permission: string, 
/**
 * Number of the exchange that succeeded later.
 */
recovered_by: number | null, 
/**
 * The causes, the root first, what it explains below it.
 */
causes: Array<DiagnosedCause>, 
/**
 * The sentence with which the server refused, else its code, where it said one.
 */
server_says: Quote | null, 
/**
 * Identifiers that the administrator can search the logs for.
 */
handles: Array<Handle>, };

export type Standing = { 
/**
 * Which of the four it is.
 */
state: State, 
/**
 * It in a sentence.
 */
says: string, 
/**
 * What was checked, or where to look, as sentences.
 */
notes: Array<string>, 
/**
 * Number of the exchange that it turns on.
 */
exchange: number | null, };

export type State = "nothing" | "unknown" | "fine" | "failing";

export type Diagnosis = { 
/**
 * The version of this form.
 */
schema: number, 
/**
 * What made it.
 */
tool: Tool, 
/**
 * What it was made from.
 */
input: Input, 
/**
 * Whether a login failed.
 */
verdict: Verdict, 
/**
 * The failed logins, in order of time.
 */
failures: Array<DiagnosedFailure>, 
/**
 * Risks that did not break this login.
 */
audit: Array<DiagnosedCause>, 
/**
 * Every cause that was looked for.
 */
checked: Array<Checked>, };

export type Tool = { 
/**
 * "why401".
 */
name: string, 
/**
 * As in Cargo.toml.
 */
version: string, };

export type Input = { 
/**
 * How many exchanges were read.
 */
exchanges: number, 
/**
 * What could not be read.
 */
skipped: Array<Skipped>, 
/**
 * What the capture was made by: "Chrome 156 HAR".
 */
source: string, 
/**
 * What no exchange of this capture can show: "cookies".
 */
not_observable: Array<string>, };

export type Skipped = { 
/**
 * Its place in the list of exchanges, from 0.
 */
entry: number, 
/**
 * What is wrong with it, where, and what to do.
 */
why: string, };

export type Verdict = "failing" | "healthy" | "no-login-seen";

export type DiagnosedFailure = { 
/**
 * Numbers of the exchanges in which it shows.
 */
exchanges: Array<number>, 
/**
 * The origin that refused.
 */
origin: string, 
/**
 * The status that refused; 0 where no answer came.
 */
status: number, 
/**
 * What failed, in a sentence.
 */
what: string, 
/**
 * Whether identity or permission failed, in words.
 */
identity_or_permission: string, 
/**
 * Number of the exchange that succeeded later.
 */
recovered_by: number | null, 
/**
 * The causes, the root first, what it explains below it.
 */
causes: Array<DiagnosedCause>, 
/**
 * The sentence with which the server refused, else its code, where it said one.
 */
server_says: Quote | null, 
/**
 * Identifiers that the administrator can search the logs for.
 */
handles: Array<Handle>, };

export type DiagnosedCause = { 
/**
 * The catalogue's id.
 */
id: string, 
/**
 * Its family.
 */
family: string, 
/**
 * Who has to act.
 */
side: Side, 
/**
 * The cause in a few words.
 */
title: string, 
/**
 * What happened here, with the real names and values.
 */
summary: string, 
/**
 * How sure it is.
 */
certainty: Certainty, 
/**
 * Where the proof lies.
 */
evidence: Array<Quote>, 
/**
 * What speaks against it.
 */
against: Array<string>, 
/**
 * What this capture cannot show that would matter.
 */
not_observable: Array<string>, 
/**
 * The one observation that would settle it.
 */
next_observation: string | null, 
/**
 * Ids of the causes below that it explains.
 */
leads_to: Array<string>, 
/**
 * What each person can do.
 */
remedies: Array<Remedy>, 
/**
 * What to write into the products that the exchanges show.
 */
settings: Array<Setting>, 
/**
 * Where the rules stand.
 */
references: Array<Reference>, };

export type Side = "client" | "server" | "identity-provider" | "security-control" | "network";

export type Certainty = "possible" | "likely" | "stated" | "proved";

export type Quote = { 
/**
 * Number of the exchange.
 */
exchange: number, 
/**
 * The part of it: "response.header".
 */
part: string, 
/**
 * The field's name, in lower case; empty where the part has none.
 */
name: string, 
/**
 * The text there, its secrets masked.
 */
quote: string, 
/**
 * What it shows.
 */
says: string, };

export type Remedy = { 
/**
 * Who can do it.
 */
for: Audience, 
/**
 * What to do.
 */
step: string, 
/**
 * How to see that it worked.
 */
confirm: string, 
/**
 * What the replayed session says would then have happened.
 */
counterfactual: string | null, };

export type Setting = { 
/**
 * Who can do it.
 */
for: Audience, 
/**
 * The product.
 */
product: string, 
/**
 * What the lines are: "nginx", "yaml", "text" for where to look in a surface, …
 */
format: string, 
/**
 * The lines; names in capitals and those of example.com are to be filled in.
 */
lines: string, 
/**
 * Where the vendor describes them.
 */
source: string, 
/**
 * When the row was written, as YYYY-MM-DD.
 */
written: string, };

export type Audience = "user" | "developer" | "administrator";

export type Reference = { 
/**
 * Its name.
 */
title: string, 
/**
 * Its address.
 */
url: string, };

export type Handle = { 
/**
 * Field name, or what it is.
 */
name: string, 
/**
 * Its value.
 */
value: string, };

export type Checked = { 
/**
 * The catalogue's id.
 */
id: string, 
/**
 * "passed" or "found".
 */
result: string, };

export type Detail = { 
/**
 * Position in the session.
 */
index: number, 
/**
 * Number of the exchange.
 */
number: number, 
/**
 * The method.
 */
method: string, 
/**
 * The target.
 */
url: Array<Part>, 
/**
 * The status; 0 where no response was received.
 */
status: number, 
/**
 * The reason phrase.
 */
status_text: string, 
/**
 * The browser's own name for what went wrong.
 */
error: string | null, 
/**
 * When it began, in milliseconds since the Unix epoch; none where the capture does not say.
 */
started: number | null, 
/**
 * How long it took, in milliseconds.
 */
duration: number, 
/**
 * What the browser wanted it for.
 */
kind: string, 
/**
 * What the capture could not show of it, as sentences.
 */
not_observable: Array<string>, 
/**
 * Its parts, those that matter to a login first.
 */
sections: Array<Section>, };

export type Section = { 
/**
 * Which leaf it stands on.
 */
leaf: Leaf, 
/**
 * Its heading.
 */
title: string, 
/**
 * Its lines.
 */
lines: Array<Line>, 
/**
 * The time in which a token or a message is valid, where it states one.
 */
validity: Validity | null, };

export type Leaf = "login" | "request" | "response" | "cookies" | "tokens" | "timing" | "raw";

export type Line = { 
/**
 * The name, as people know it.
 */
name: string, 
/**
 * The value, its secrets masked.
 */
value: Array<Part>, 
/**
 * How it should stand out.
 */
level: Level, 
/**
 * What is to be said of it.
 */
note: string | null, };

export type Level = "plain" | "good" | "bad" | "note";

export type Validity = { 
/**
 * When it begins.
 */
from: number | null, 
/**
 * When it ends.
 */
until: number | null, 
/**
 * The server's own time when it answered, at the earliest.
 */
now_least: number, 
/**
 * The same at the latest: the two are as far apart as the clocks are unsure.
 */
now_most: number, };

export type Timeline = { 
/**
 * Who took part: the browser, then every origin in the order of its role and first appearance.
 */
lanes: Array<Lane>, 
/**
 * What they said to each other, in order of time.
 */
steps: Array<Step>, 
/**
 * How many earlier steps this picture leaves out.
 */
left_out: number, };

export type Lane = { 
/**
 * What it does in the login.
 */
role: LaneRole, 
/**
 * Its origin; empty for the browser.
 */
origin: string, 
/**
 * Host and port; empty for the browser.
 */
label: string, };

export type LaneRole = "browser" | "application" | "identity-provider" | "other";

export type Step = { 
/**
 * Number of the exchange.
 */
exchange: number, 
/**
 * Which lane the browser talked to; 0 is the browser itself.
 */
lane: number, 
/**
 * The method.
 */
method: string, 
/**
 * The path, without a query, its secrets masked.
 */
path: string, 
/**
 * The status; 0 where no response was received.
 */
status: number, 
/**
 * The browser's own name for what went wrong.
 */
error: string | null, 
/**
 * When it began, in milliseconds since the Unix epoch.
 */
started: number, 
/**
 * What the request carried.
 */
sent: Array<Carried>, 
/**
 * What the response carried.
 */
received: Array<Carried>, 
/**
 * How it stands to the failed logins.
 */
state: StepState, 
/**
 * How often it and the steps of its circle came in a row.
 */
times: number, 
/**
 * All of it as a sentence, to be read out.
 */
says: string, };

export type StepState = "plain" | "proof" | "broken" | "consequence";

export type Carried = { 
/**
 * The kind of thing.
 */
kind: CarriedKind, 
/**
 * What it is, in words: "cookie sid", "challenge Basic".
 */
label: string, };

export type CarriedKind = "cookie" | "refused" | "token" | "challenge" | "code" | "assertion" | "message";

export type Drawing = { 
/**
 * Its width, in CSS pixels.
 */
width: number, 
/**
 * Its height, in CSS pixels.
 */
height: number, 
/**
 * Its elements, those behind first.
 */
nodes: Array<Node>, };

export type Node = { 
/**
 * "g", "line", "path", "rect" or "text".
 */
name: string, 
/**
 * Its attributes.
 */
attributes: Array<[string, string]>, 
/**
 * The text in it.
 */
text: string, 
/**
 * The elements in it.
 */
children: Array<Node>, 
/**
 * Number of the exchange that it stands for, where it is the group of a step.
 */
exchange: number | null, };

export type Cookies = { 
/**
 * Every cookie, those that matter to a failed login first.
 */
cookies: Array<CookieLife>, 
/**
 * How many Set-Cookie lines the browser refused.
 */
refused: number, 
/**
 * How many times a stored cookie stayed at home.
 */
held_back: number, };

export type CookieLife = { 
/**
 * Its name.
 */
name: string, 
/**
 * The site it belongs to.
 */
site: string, 
/**
 * How it stands: "kept", "refused", "deleted", "from before".
 */
state: string, 
/**
 * Numbers of the exchanges whose responses set it.
 */
set_by: Array<number>, 
/**
 * How often it was refused.
 */
refused: number, 
/**
 * Why, as sentences.
 */
refused_because: Array<string>, 
/**
 * How often it was sent.
 */
sent: number, 
/**
 * Number of the last exchange that bore it.
 */
last_sent: number | null, 
/**
 * How often it was held back from a request of its site.
 */
held_back: number, 
/**
 * Why, as sentences.
 */
held_back_because: Array<string>, 
/**
 * Numbers of the exchanges that it was held back from, the first ones.
 */
held_back_from: Array<number>, 
/**
 * Where the browser itself said otherwise than its rules as known here, as sentences.
 */
disagreements: Array<string>, };

export type Suggestion = { 
/**
 * The whole filter with it.
 */
text: string, 
/**
 * What it looks at.
 */
says: string, };

export type Explanation = { 
/**
 * The catalogue's id.
 */
id: string, 
/**
 * Its family.
 */
family: string, 
/**
 * Who has to act.
 */
side: string, 
/**
 * It in a few words.
 */
title: string, 
/**
 * What happens and why, paragraph by paragraph.
 */
paragraphs: Array<string>, 
/**
 * A session in exchange notation that shows it.
 */
example: string, 
/**
 * How it is recognised.
 */
recognised: string, 
/**
 * What each person can do.
 */
remedies: Array<Remedy>, 
/**
 * Where the rules stand.
 */
references: Array<Reference>, };

export type Compared = { 
/**
 * Where the two part.
 */
comparison: Comparison, 
/**
 * Whose exchanges are those of the capture that was asked.
 */
own: Own, };

export type Own = "working" | "failing" | "both";

export type Comparison = { 
/**
 * The version of this form.
 */
schema: number, 
/**
 * How many exchanges do the same in both.
 */
aligned: number, 
/**
 * The first difference that matters; `None` where nothing tells the two apart.
 */
first: Parting | null, 
/**
 * The differences after it that matter as well, in order of time.
 */
further: Array<Parting>, 
/**
 * The root causes of what failed from there on in the failing capture, without what the working one disproves.
 */
causes: Array<DiagnosedCause>, 
/**
 * What would explain these failures, had the working login not sent the same and been let in.
 */
disproved: Array<Excluded>, 
/**
 * What both do, in order of time, from a little before the first difference on.
 */
pairs: Array<Pairing>, };

export type Excluded = { 
/**
 * Its id.
 */
id: string, 
/**
 * What it is, in a few words.
 */
title: string, };

export type Parting = { 
/**
 * What the exchange does: "POST /login".
 */
what: string, 
/**
 * Its number in the working capture; `None` where it has none.
 */
working: number | null, 
/**
 * Its number in the failing capture; `None` where it has none.
 */
failing: number | null, 
/**
 * How the working one goes, as the end of "the working login …".
 */
works: string, 
/**
 * How the failing one goes.
 */
fails: string, };

export type Pairing = { 
/**
 * What it is: "POST /login".
 */
what: string, 
/**
 * The exchange of the working login; `None` where it has none.
 */
working: Taken | null, 
/**
 * The exchange of the failing login; `None` where it has none.
 */
failing: Taken | null, 
/**
 * Whether they differ in what matters.
 */
parts: boolean, };

export type Taken = { 
/**
 * Its number.
 */
number: number, 
/**
 * The status of its response; 0 without one.
 */
status: number, };

export type Kind = "password" | "token" | "cookie" | "key" | "code" | "signature" | "person" | "address" | "host" | "name" | "value" | "word";

export type Receipt = { 
/**
 * The version that removed it.
 */
version: string, 
/**
 * How many places were replaced, by kind.
 */
replaced: { [key in Kind]?: number }, 
/**
 * How many different values stood there.
 */
values: number, 
/**
 * How many exchanges stayed behind.
 */
left_out: number, 
/**
 * How many exchanges leave.
 */
exchanges: number, 
/**
 * What the finished report was searched for.
 */
search: string, };

export type Leaving = { 
/**
 * What names it: the host, or the number of the exchange.
 */
name: string, 
/**
 * What people read of it, its secrets masked.
 */
says: string, 
/**
 * Whether it leaves.
 */
leaves: boolean, 
/**
 * Whether it carries or concerns authentication.
 */
auth: boolean, };

export type Preview = { 
/**
 * The answer in one line, as it leaves.
 */
headline: string, 
/**
 * What was removed.
 */
receipt: Receipt, 
/**
 * The hosts of the capture, in alphabetical order.
 */
hosts: Array<Leaving>, 
/**
 * Its exchanges, in their order.
 */
exchanges: Array<Leaving>, };
