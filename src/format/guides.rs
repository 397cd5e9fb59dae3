//! Presets, and guides with their questions.

use super::expressions::expr;
use super::flow::Flow;
use super::items::field_line;
use super::lines::{Columns, Line, Lines};
use super::test_blocks::{Inside, within};
use super::words::{because, clauses, labelled, literal};
use crate::source::Span;
use crate::syntax::ast::{AnswerCase, Guide, GuideEffect, GuideEffectKind, Preset, Question, Setting};

impl Lines<'_> {
    pub(super) fn preset(&mut self, preset: &Preset, at: Span) {
        let name = labelled(&preset.name, preset.label.as_ref());
        let head = Flow::of(format!("preset {name} of {}", preset.target.text));
        let fields = within(&preset.values, &preset.pieces);
        let inside = fields.iter().map(Inside::text).collect::<Vec<_>>().join(", ");
        let first = fields.first().map_or(at.end, |field| field.span().start);
        let reason: Vec<Flow> = because(preset.because.as_ref()).into_iter().collect();
        let one = match fields.is_empty() {
            true => Some(Flow::of(format!("{} {{}}", head.one_line()))),
            false => self.one_line(&head, &inside, first, at.end),
        };
        if let Some(flow) = one {
            return self.push(Line { tails: reason, ..Line::plain(flow, at) });
        }
        self.open(Line::plain(head, at));
        self.each_inside(&fields);
        let reason: String = reason.iter().map(|reason| format!(" {}", reason.one_line())).collect();
        self.close(&reason, at.end);
    }

    pub(super) fn guide(&mut self, guide: &Guide, at: Span) {
        let head = Flow::of(format!("guide {}", labelled(&guide.target, guide.label.as_ref())));
        self.open(Line::plain(head, at));
        for question in &guide.questions {
            self.question(question);
        }
        self.close("", at.end);
    }

    fn question(&mut self, question: &Question) {
        let at = question.span;
        let field = field_line("question", &question.field, at);
        let cells = field.head.iter().filter(|cell| !cell.is_empty()).cloned();
        let mut main = Flow::of(cells.map(|cell| cell + " ").collect::<String>());
        main.append(field.main);
        let head = Line { tails: field.tails, ..Line::plain(main, at) };
        if question.effects.is_empty() && question.cases.is_empty() {
            return self.push(head);
        }
        if let Some(line) = self.question_on_one_line(question, &head) {
            return self.push(line);
        }
        self.open(head);
        for effect in &question.effects {
            self.push(effect_line(effect));
        }
        for case in &question.cases {
            self.case(case);
        }
        self.close("", at.end);
    }

    /// A question with one effect, if it was written on one line and fits.
    fn question_on_one_line(&self, question: &Question, head: &Line) -> Option<Line> {
        let (effect, answers, first) = match (question.effects.as_slice(), question.cases.as_slice()) {
            ([effect], []) => (effect, String::new(), effect.span.start),
            ([], [case]) => match case.effects.as_slice() {
                [effect] => (effect, format!("{} ", answers(case)), case.span.start),
                _ => return None,
            },
            _ => return None,
        };
        let mut words = head.main.clone();
        for tail in &head.tails {
            words.glue("  ").append(tail.clone());
        }
        let line = effect_line(effect);
        let tails: String = line.tails.iter().map(|tail| format!("  {}", tail.one_line())).collect();
        let inside = format!("{answers}{}{tails}", line.main.one_line());
        let flow = self.one_line(&words, &inside, first, question.span.end)?;
        Some(Line::plain(flow, question.span))
    }

    /// `steel: …`; several effects stand on lines of their own.
    fn case(&mut self, case: &AnswerCase) {
        if let [effect] = case.effects.as_slice() {
            let mut line = effect_line(effect);
            line.start = case.span.start;
            line.head = vec![answers(case)];
            line.columns = Columns::Cases;
            return self.push(line);
        }
        self.push(Line::plain(Flow::of(answers(case)), case.answers_at));
        self.further_in(|lines| {
            for effect in &case.effects {
                lines.push(effect_line(effect));
            }
        });
    }
}

/// `steel or aluminium:`
fn answers(case: &AnswerCase) -> String {
    let words: Vec<String> = case.answers.iter().map(literal).collect();
    if words.is_empty() { "else:".to_owned() } else { format!("{}:", words.join(" or ")) }
}

fn effect_line(effect: &GuideEffect) -> Line {
    let main = match &effect.kind {
        GuideEffectKind::Set(settings) => listed("set", settings),
        GuideEffectKind::Recommend(settings) => listed("recommend", settings),
        GuideEffectKind::Require(condition) => {
            let mut main = Flow::of("require ");
            main.append(expr(condition));
            main
        }
    };
    let mut line = Line::plain(main, effect.span);
    line.tails = clauses(&effect.clauses);
    line
}

fn listed(word: &str, settings: &[Setting]) -> Flow {
    let mut main = Flow::of(format!("{word} "));
    for (at, setting) in settings.iter().enumerate() {
        let between = if setting.with { "with" } else { "=" };
        let text = format!("{} {between} {}", setting.option.text, literal(&setting.value));
        if at == 0 {
            main.glue(&text);
        } else {
            main.glue(",").part(&text);
        }
    }
    main
}
