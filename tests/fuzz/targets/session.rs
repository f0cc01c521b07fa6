//! Whole sessions: every order of arrival gives the same diagnosis, and no secret is shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use why401::capture::notation;
use why401::diagnosis::Input;
use why401::redact::Redactor;
use why401::session::Session;
use why401::session::cookie_store::Profile;

fuzz_target!(|text: &str| {
    let Ok(exchanges) = notation::parse(text) else { return };
    if exchanges.len() > 24 {
        return;
    }
    let told = |order: &mut dyn Iterator<Item = usize>| {
        let mut session = Session::new(Profile::chrome());
        for at in order {
            session.push(exchanges[at].clone());
        }
        serde_json::to_string(&session.diagnose(Input::default(), &mut Redactor::default())).unwrap()
    };
    let in_order = told(&mut (0..exchanges.len()));
    // Exchanges of the same moment have no other order than that of their arrival.
    let apart = exchanges.windows(2).all(|pair| pair[0].started < pair[1].started && pair[0].ended() != pair[1].started);
    if apart {
        assert_eq!(told(&mut (0..exchanges.len()).rev()), in_order, "the order of arrival changes the diagnosis");
    }
    for exchange in &exchanges {
        let password = exchange.request.body.as_ref().and_then(|body| body.text.split("&password=").nth(1));
        if let Some(password) = password.filter(|password| password.len() > 9 && text.matches(password).count() == 1) {
            assert!(!in_order.contains(password), "the password is shown");
        }
    }
});
