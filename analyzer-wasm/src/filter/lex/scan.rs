//! How far tokens reach.

/// Length of the content of a character constant.
pub(super) fn closing(rest: &str) -> Option<usize> {
    let mut escaped = false;
    rest.char_indices().find_map(|(at, c)| {
        let closes = c == '\'' && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(at)
    })
}

/// Length of groups of such characters joined by single dots.
pub(super) fn run(rest: &str, belongs: impl Fn(char) -> bool) -> usize {
    let group = |from: usize| rest[from..].chars().take_while(|c| belongs(*c)).count();
    let mut length = group(0);
    while length > 0 && rest[length..].starts_with('.') {
        match group(length + 1) {
            0 => break,
            more => length += 1 + more,
        }
    }
    length
}

/// Length of a number as C writes it.
pub(super) fn number(rest: &str) -> usize {
    let digits = |from: usize, radix: u32| rest[from..].chars().take_while(|c| c.is_digit(radix)).count();
    let exponent = |from: usize, mark: [char; 2]| {
        let Some(after) = rest[from..].strip_prefix(mark) else { return 0 };
        let sign = usize::from(after.starts_with(['+', '-']));
        match digits(from + 1 + sign, 10) {
            0 => 0,
            count => 1 + sign + count,
        }
    };
    let point = |from: usize, radix: u32| match rest[from..].starts_with('.') {
        true => match digits(from + 1, radix) {
            0 => 0,
            count => 1 + count,
        },
        false => 0,
    };
    if rest.starts_with("0x") || rest.starts_with("0X") {
        let whole = digits(2, 16);
        if whole > 0 {
            let mantissa = 2 + whole + point(2 + whole, 16);
            return match exponent(mantissa, ['p', 'P']) {
                0 => 2 + whole,
                more => mantissa + more,
            };
        }
    }
    if rest.starts_with("0b") || rest.starts_with("0B") {
        let whole = digits(2, 2);
        if whole > 0 {
            return 2 + whole;
        }
    }
    let whole = digits(0, 10);
    if whole == 0 {
        return 0;
    }
    let mantissa = whole + point(whole, 10);
    let length = mantissa + exponent(mantissa, ['e', 'E']);
    // A leading zero makes it octal.
    if length == whole && whole > 1 && rest.starts_with('0') {
        return if digits(0, 8) == whole { whole } else { 0 };
    }
    length
}
