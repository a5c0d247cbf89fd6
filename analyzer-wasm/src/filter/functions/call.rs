//! Calls of functions: checked against the function's definition, and answered by its action.

use super::{Action, Arguments, FUNCTIONS, Function, ResultKind};
use crate::field::Kind;
use crate::filter::answer::{Undecided, each};
use crate::filter::check::{Checker, fail, incomparable};
use crate::filter::literal::Target;
use crate::filter::operand::Operand;
use crate::filter::parse::short;
use crate::filter::plan::{Instances, Term};
use crate::filter::terms::{Typed, compatible, type_words};
use crate::filter::tree::{Shape, Tree};
use crate::filter::{Know, Problem};

impl Checker<'_> {
    /// The function of this name over its arguments, and the kind of its result.
    pub(in crate::filter) fn call(&mut self, tree: &Tree, wish: Option<&Target>) -> Result<Typed, Problem> {
        let Shape::Call(name, span, arguments) = &tree.shape else {
            return fail(&tree.span, "A function is wanted here.");
        };
        let Some(function) = Function::named(name) else {
            let names: Vec<&str> = FUNCTIONS.iter().map(|function| function.name).collect();
            let message = format!("There is no function {}; there are {}.", short(name), names.join(", "));
            return fail(span, message);
        };
        let argument = match (function.arguments, arguments.as_slice()) {
            (Arguments::Several, []) => return fail(&tree.span, format!("{name} takes at least one argument.")),
            (Arguments::Several, all) => return self.several(tree, function, all, wish),
            (_, [argument]) => argument,
            _ => return fail(&tree.span, format!("{name} takes one argument.")),
        };
        let target = |kind| Target::of(kind, format!("{name}(…)"));
        let typed = match function.arguments {
            Arguments::Text => self.term(argument, Some(&target(Kind::Text)))?,
            Arguments::Same => self.term(argument, wish)?,
            _ if self.is_constant(argument) => {
                if let Shape::Word(word) = &argument.shape {
                    return self.unknown(argument, word);
                }
                return fail(&argument.span, format!("{name} wants a field."));
            }
            _ => self.term(argument, None)?,
        };
        if matches!(typed.term, Term::Reference(_)) && function.arguments != Arguments::Same {
            let message = format!("Wireshark does not take {name} of a value of the selected packet.");
            self.liberties.push(Problem::new(message, argument.span.clone()));
        }
        let kind = typed.kind();
        if !(function.fits)(&typed) {
            let refusal = function.words.refusal.replace("{name}", name).replace("{kind}", &type_words(kind));
            return fail(&argument.span, refusal.replace("{}", &typed.target.name));
        }
        let result = match function.result {
            ResultKind::Kind(result) => result,
            ResultKind::Same => kind,
        };
        let term = match (function.action, typed.term) {
            (Action::Aspect(view), Term::Instances(source)) => Term::Instances(Instances { view, ..source }),
            (_, term) => Term::Call(function, kind, vec![term]),
        };
        Ok(Typed::new(term, target(result), tree))
    }

    /// A function over arguments of one kind, which fixed ones take over.
    fn several(
        &mut self,
        tree: &Tree,
        function: &'static Function,
        arguments: &[Tree],
        wish: Option<&Target>,
    ) -> Result<Typed, Problem> {
        let leading = match arguments.iter().find(|argument| !self.is_constant(argument)) {
            Some(argument) => Some(self.term(argument, None)?),
            None => None,
        };
        let Some(target) = leading.as_ref().map(|typed| &typed.target).or(wish).cloned() else {
            return fail(&tree.span, "This is the same for every packet: a test needs a field.");
        };
        let mut terms = Vec::new();
        for argument in arguments {
            let typed = self.term(argument, Some(&target))?;
            if let Some(leading) = &leading
                && !compatible(leading.kind(), typed.kind())
            {
                return fail(&argument.span, incomparable(leading, &typed));
            }
            terms.push(typed.term);
        }
        let kind = target.kinds.first().copied().unwrap_or(Kind::None);
        Ok(Typed::new(Term::Call(function, kind, terms), Target { labels: Vec::new(), ..target }, tree))
    }
}

/// Visits the results of a function over arguments of this kind.
pub(in crate::filter) fn results<'k>(
    function: &Function,
    kind: Kind,
    arguments: &'k [Term],
    know: &'k dyn Know,
    visit: &mut dyn FnMut(Operand<'k>),
) -> Result<bool, Undecided> {
    match (function.action, arguments) {
        (Action::Fold(start, step), _) => {
            let mut all = start.map(Operand::Integer);
            for argument in arguments {
                each(argument, know, &mut |value| all = Some(step(all.take(), value)))?;
            }
            Ok(all.map(visit).is_some())
        }
        (Action::Each(make), [argument, ..]) => each(argument, know, &mut |value| {
            if let Some(value) = make(kind, value) {
                visit(value);
            }
        }),
        (Action::Aspect(_), [argument, ..]) => each(argument, know, visit),
        (_, []) => Ok(false),
    }
}
