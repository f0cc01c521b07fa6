//! Bytes that a session keeps for each exchange, bodies left out: counted by the allocator.

use peak_alloc::PeakAlloc;
use why401::session::Session;
use why401::session::cookie_store::Profile;
use why401_tests::traffic::exchange;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

const EXCHANGES: usize = 20_000;
const DEMAND: usize = 2048;

fn main() {
    let before = ALLOCATED.current_usage();
    let mut session = Session::new(Profile::chrome());
    let mut text = 0;
    for at in 0..EXCHANGES {
        let exchange = exchange(at);
        let response = exchange.response.as_ref().map(|response| &response.fields);
        text += exchange.url.as_str().len();
        text += [Some(&exchange.request.fields), response]
            .into_iter()
            .flatten()
            .flat_map(|fields| fields.iter())
            .map(|(name, value)| name.len() + value.len())
            .sum::<usize>();
        session.push(exchange);
    }
    let each = (ALLOCATED.current_usage() - before) / EXCHANGES;
    let mark = if each < DEMAND { "" } else { " **missed**" };
    println!(
        "\nMemory: {each} bytes for each of {} exchanges, whose addresses and fields alone have {} bytes; below {DEMAND}{mark}.",
        session.records().len(),
        text / EXCHANGES
    );
}
