//! Requests and the responses to them.

use super::fields::*;
use crate::dissect::Layer;
use crate::memory::{History, key};
use crate::value::Value;

/// The last request with a key.
static REQUESTS: History<u64, u32> = History::new(1 << 20);
/// The first response to a request, by the packets of both.
static RESPONSES: History<u32, u32> = History::new(1 << 20);

/// Notes the other side of a request or response, by what both contain. As later packets show it, too, it is noted with
/// hindsight only.
pub(super) fn link(l: &mut Layer<'_, '_>, id: u64, response: bool) {
    if l.quoted() {
        return;
    }
    let (key, frame) = (key(&l.endpoints(), "ntp", id), l.packet().number);
    let noted = l.memory().has_hindsight();
    if !response {
        l.memory().append(&REQUESTS, key, frame);
        let answer = l.memory().last(&RESPONSES, &frame).copied();
        if let Some(answer) = answer.filter(|_| noted) {
            l.generated(RESPONSE_IN, Value::Uint(u64::from(answer)));
        }
        return;
    }
    let Some(request) = l.memory().before(&REQUESTS, &key).copied() else { return };
    if l.memory().before(&RESPONSES, &request).is_none() {
        l.memory().append(&RESPONSES, request, frame);
    }
    if noted {
        let (seconds, nanoseconds) = l.memory().since(request);
        l.generated(REQUEST_IN, Value::Uint(u64::from(request)));
        l.generated(DELTA_TIME, Value::Time(seconds, nanoseconds));
    }
}
