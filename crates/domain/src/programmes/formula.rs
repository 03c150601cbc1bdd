//! Figures that are computed from others: a small language of sums, differences and multiples.
//!
//! `c01.a + 2 * (c02.b - c03) + 5`: names of figures, whole numbers, `+`, `-`, `*`, parentheses. A product has a
//! number on one side. There is no division, no condition and no loop: every formula has a value for all figures.

use std::{collections::BTreeMap, fmt, iter::Peekable, str::CharIndices};

use super::Text;

/// The longest text of a formula, in bytes.
pub const FORMULA_BYTES_MAX: usize = 10 * 1024;

/// Parentheses inside each other.
const DEPTH_MAX: usize = 32;

/// The greatest number and multiple.
const FACTOR_MAX: i64 = 1_000_000_000;

/// How many figures a formula may name.
const TERMS_MAX: usize = 256;

/// A sum of multiples of figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Formula {
    /// What stands without a figure.
    pub constant: i64,
    /// Each figure by its key with its multiple; none is 0, none stands twice.
    pub terms: BTreeMap<String, i64>,
}

impl Formula {
    /// Reads a formula, or says what is wrong with it and at which character (from 1).
    pub fn parse(text: &str) -> Result<Self, Text> {
        if text.len() > FORMULA_BYTES_MAX {
            return Err(wrong(1, "công thức dài quá 10 KiB", "the formula is longer than 10 KiB"));
        }
        let mut reader = Reader { text, rest: text.char_indices().peekable(), depth: 0 };
        let formula = reader.sum()?;
        match reader.peek() {
            None => Ok(formula),
            Some(_) => Err(reader.unexpected()),
        }
    }

    fn plus(mut self, other: &Self, sign: i64) -> Option<Self> {
        let bounded = |value: i64| (value.abs() <= FACTOR_MAX).then_some(value);
        self.constant = bounded(self.constant + sign * other.constant)?;
        for (key, factor) in &other.terms {
            let sum = bounded(self.terms.get(key).copied().unwrap_or_default() + sign * factor)?;
            if sum == 0 {
                self.terms.remove(key);
            } else {
                self.terms.insert(key.clone(), sum);
            }
        }
        (self.terms.len() <= TERMS_MAX).then_some(self)
    }

    /// So many times as much; none where a number is too great.
    fn times(&self, number: i64) -> Option<Self> {
        let times = |value: i64| value.checked_mul(number).filter(|value| value.abs() <= FACTOR_MAX);
        let mut terms = BTreeMap::new();
        for (key, factor) in &self.terms {
            let factor = times(*factor)?;
            if factor != 0 {
                terms.insert(key.clone(), factor);
            }
        }
        Some(Self { constant: times(self.constant)?, terms })
    }
}

impl fmt::Display for Formula {
    /// As it is read again: `c01.a + 2 * c02 - 5`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_first = true;
        let mut sign = |out: &mut fmt::Formatter<'_>, number: i64| {
            let (first, other) = if number < 0 { ("-", " - ") } else { ("", " + ") };
            let sign = if is_first { first } else { other };
            is_first = false;
            out.write_str(sign)
        };
        for (key, factor) in &self.terms {
            sign(out, *factor)?;
            match factor.abs() {
                1 => write!(out, "{key}")?,
                times => write!(out, "{times} * {key}")?,
            }
        }
        if self.constant != 0 || self.terms.is_empty() {
            sign(out, self.constant)?;
            write!(out, "{}", self.constant.abs())?;
        }
        Ok(())
    }
}

fn wrong(at: usize, vi: &str, en: &str) -> Text {
    Text { vi: format!("công thức, ký tự {at}: {vi}"), en: format!("formula, character {at}: {en}") }
}

struct Reader<'a> {
    text: &'a str,
    rest: Peekable<CharIndices<'a>>,
    depth: usize,
}

impl Reader<'_> {
    /// The next character that is no space.
    fn peek(&mut self) -> Option<char> {
        while self.rest.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        self.rest.peek().map(|(_, c)| *c)
    }

    /// The place of the next character, from 1.
    fn place(&mut self) -> usize {
        let at = self.rest.peek().map_or(self.text.len(), |(at, _)| *at);
        self.text[..at].chars().count() + 1
    }

    fn unexpected(&mut self) -> Text {
        let at = self.place();
        wrong(
            at,
            "cần tên số liệu, số nguyên, + - * hoặc dấu ngoặc",
            "a figure's name, a whole number, + - * or a parenthesis is needed",
        )
    }

    fn too_great(&mut self) -> Text {
        let at = self.place();
        wrong(
            at,
            "chỉ nhân với một số, số không quá một tỷ, không quá 256 số liệu",
            "only a number multiplies, numbers go up to one billion, figures up to 256",
        )
    }

    fn sum(&mut self) -> Result<Formula, Text> {
        let first = if self.take('-') { Formula::default().plus(&self.product()?, -1) } else { Some(self.product()?) };
        let mut sum = first.ok_or_else(|| self.too_great())?;
        loop {
            let sign = match self.peek() {
                Some('+') => 1,
                Some('-') => -1,
                _ => return Ok(sum),
            };
            self.rest.next();
            let next = self.product()?;
            sum = sum.plus(&next, sign).ok_or_else(|| self.too_great())?;
        }
    }

    fn product(&mut self) -> Result<Formula, Text> {
        let mut product = self.factor()?;
        while self.take('*') {
            let next = self.factor()?;
            let multiplied = match (product.terms.is_empty(), next.terms.is_empty()) {
                (_, true) => product.times(next.constant),
                (true, false) => next.times(product.constant),
                (false, false) => None,
            };
            product = multiplied.ok_or_else(|| self.too_great())?;
        }
        Ok(product)
    }

    fn factor(&mut self) -> Result<Formula, Text> {
        match self.peek() {
            Some('(') if self.depth < DEPTH_MAX => {
                self.rest.next();
                self.depth += 1;
                let inside = self.sum()?;
                self.depth -= 1;
                if self.take(')') { Ok(inside) } else { Err(self.unexpected()) }
            }
            Some('(') => {
                let at = self.place();
                Err(wrong(at, "quá 32 lớp ngoặc", "more than 32 parentheses inside each other"))
            }
            Some(c) if c.is_ascii_digit() => self.number(),
            Some(c) if c.is_ascii_lowercase() => {
                let key = self.word(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '_'));
                Ok(Formula { constant: 0, terms: BTreeMap::from([(key, 1)]) })
            }
            _ => Err(self.unexpected()),
        }
    }

    fn number(&mut self) -> Result<Formula, Text> {
        let digits = self.word(|c| c.is_ascii_digit());
        let number = digits.parse().ok().filter(|number: &i64| *number <= FACTOR_MAX);
        let constant = number.ok_or_else(|| self.too_great())?;
        Ok(Formula { constant, terms: BTreeMap::new() })
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let mut word = String::new();
        while let Some((_, c)) = self.rest.next_if(|(_, c)| belongs(*c)) {
            word.push(c);
        }
        word
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.rest.next();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let formula = Formula::parse(text).expect(text);
        let terms = formula.terms.iter().map(|(key, factor)| format!("{factor}*{key} "));
        format!("{}{}", terms.collect::<String>(), formula.constant)
    }

    #[test]
    fn sums_differences_and_multiples_are_read() {
        for (text, found) in [
            ("c01", "1*c01 0"),
            ("c01.a + c02", "1*c01.a 1*c02 0"),
            ("2 * (c01 - 3) + c01", "3*c01 -6"),
            ("(c01 + c02) * 2 - c02*2", "2*c01 0"),
            ("- c01 + 7", "-1*c01 7"),
            ("2*3", "6"),
            (" 5 ", "5"),
            ("c01 - c01", "0"),
            ("0 * c01", "0"),
        ] {
            assert_eq!(read(text), found, "{text}");
            let written = Formula::parse(text).expect(text).to_string();
            assert_eq!(read(&written), found, "{text} is written as {written}");
        }
    }

    #[test]
    fn what_is_no_formula_is_refused_with_its_place() {
        for (text, place) in [
            ("", "character 1:"),
            ("c01 +", "character 6:"),
            ("c01 c02", "character 5:"),
            ("c01 * c02", "character 10:"),
            ("(c01 + 1) * (c02 + 1)", "multiplies"),
            ("c01 / 2", "character 5:"),
            ("(c01", "character 5:"),
            ("1000000001", "one billion"),
            ("99999999999999999999999", "one billion"),
            ("1000000000 * 1000000000", "one billion"),
            ("số + 1", "character 2:"),
        ] {
            let refused = Formula::parse(text).expect_err(text);
            assert!(refused.en.contains(place), "{text}: {}", refused.en);
        }
    }

    #[test]
    fn long_and_deep_texts_end_soon() {
        let deep = format!("{}c01{}", "(".repeat(5_000), ")".repeat(5_000));
        assert!(Formula::parse(&deep).expect_err("deep").en.contains("more than 32"));
        assert!(Formula::parse(&"c01+".repeat(3_000)).expect_err("long").en.contains("10 KiB"));
        let many: Vec<String> = (0..300).map(|at| format!("c{at}")).collect();
        assert!(Formula::parse(&many.join("+")).expect_err("many").en.contains("256"));
        assert!(Formula::parse(&"-".repeat(10_000)).is_err());
    }
}
