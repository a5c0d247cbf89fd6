//! What is asked of a session about filters, which depends on what the capture holds.

use super::*;

impl Session {
    /// Begins to find out why nothing is displayed.
    pub(super) fn explain(&self, why: &Why) -> Explain {
        let prepare = |filter: &mut Filter| {
            if let Some(capture) = &self.capture {
                // That the file cannot be read any more is said when something is asked for.
                let _ = capture.refer(filter, why.selected);
            }
        };
        Explain::new(why.serial, self.guide(), &why.text, why.unselected, &prepare)
    }

    /// Answers a request about filters. Where that depends on what the capture holds, and it is not counted yet, the request
    /// waits for it, unless it has waited before.
    pub(super) fn ask(&mut self, serial: u32, request: Request, has_waited: bool) {
        if let Some(capture) = &mut self.capture {
            // What it makes worthless waits no longer.
            let kind = std::mem::discriminant(&request);
            capture.jobs.remove(|job| matches!(job, Job::Ask(_, older) if std::mem::discriminant(older) == kind));
        }
        let reply = match &request {
            Request::Check { text } => Some(Reply::Checked(help::check(self.guide(), text))),
            Request::Complete { text, at } => Some(Reply::Completed(self.guide().complete(text, *at as usize))),
            _ => None,
        };
        let judged = match &request {
            Request::Filter { text, .. } => {
                let filter = Filter::parse(self.language(), text, false).ok();
                let verdict = help::verdict(self.guide(), text, filter.as_ref());
                Some((filter, verdict))
            }
            _ => None,
        };
        if let Some(capture) = &mut self.capture
            && capture.tallies.were_missed()
            && !has_waited
        {
            capture.jobs.push(Job::Ask(serial, request));
            return capture.tally();
        }
        if let Some(reply) = reply {
            self.reply(serial, reply);
        }
        if let (Request::Filter { text, selected }, Some((filter, verdict))) = (request, judged) {
            self.filter(serial, (text, selected), filter, verdict);
        }
    }

    /// What filters are written in, at this moment.
    pub(super) fn language(&self) -> Language<'_> {
        Language { schema: self.schema.as_deref().unwrap_or_else(|| schema()), macros: &self.macros }
    }

    /// What help is given from, at this moment.
    pub(super) fn guide(&self) -> Guide<'_> {
        let seen = self.capture.as_ref().map_or(&Unseen as &dyn Seen, |capture| capture);
        Guide { seen, ..guide(self.language()) }
    }

    fn filter(&mut self, serial: u32, asked: (String, u32), filter: Option<Filter>, verdict: Verdict) {
        let Some(capture) = &mut self.capture else { return self.reply(serial, Reply::Failed(NONE_OPEN.into())) };
        let Some(mut filter) = filter else { return self.reply(serial, Reply::Checked(verdict)) };
        capture.jobs.remove(|job| matches!(job, Job::Why(_) | Job::Explain(_)));
        if !filter.is_empty()
            && let Err(why) = capture.refer(&mut filter, asked.1)
        {
            return self.reply(serial, Reply::Failed(why.0));
        }
        let running = capture.jobs.remove(|job| matches!(job, Job::Run(_))).pop();
        if filter.is_empty() {
            capture.displayed = None;
            let displayed = capture.open.packets();
            return self.reply(serial, Reply::Filtered { displayed, verdict });
        }
        let earlier = match running {
            Some(Job::Run(run)) => run.earlier,
            _ => capture.displayed.take(),
        };
        capture.displayed = Some(Vec::new());
        capture.jobs.push(Job::Run(Box::new(Run::new(serial, asked, filter, verdict, earlier))));
    }
}
