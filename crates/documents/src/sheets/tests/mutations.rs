//! Files cut off anywhere, and files with bytes changed at random, the same ones in every run: whatever they say,
//! they are read or refused.

use super::{
    build::{Xlsx, compound, stream},
    *,
};

/// A sequence of numbers without a pattern (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).expect("fits") % most
    }

    /// The bytes with a few changed, doubled or left out.
    fn changed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(6) {
            let at = self.below(bytes.len());
            let strange = [0, 1, 0x3C, 0x22, 0x7F, 0x80, 0xFE, 0xFF];
            match self.below(8) {
                0 => bytes.truncate(at + 1),
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, strange[self.below(strange.len())]),
                3 => {
                    let end = (at + self.below(40)).min(bytes.len());
                    let piece = bytes[at..end].to_vec();
                    bytes.splice(at..at, piece);
                }
                4 => bytes[at] = strange[self.below(strange.len())],
                _ => bytes[at] ^= 1 << self.below(8),
            }
            if bytes.is_empty() {
                bytes.push(0);
            }
        }
        bytes
    }
}

fn small_xlsx() -> Xlsx {
    let mut file = Xlsx::rows(
        r#"<row r="1" hidden="1"><c r="A1" s="1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><rPr><rFont val="a"/></rPr><t>b</t></r></is></c></row><row r="2"><c s="1"><f>1</f><v>45000.5</v></c></row>"#,
    );
    file.sheets[0].push_str("<mergeCells><mergeCell ref=\"A1:B2\"/></mergeCells>");
    file.book = "<workbookPr date1904=\"1\"/>".to_owned();
    file.strings = "<si><t>ch&#432; _x000D_</t></si>".to_owned();
    file.styles = r#"<numFmts><numFmt numFmtId="170" formatCode="dd"/></numFmts><fonts><font><name val="a"/></font></fonts><cellXfs><xf/><xf numFmtId="170"/></cellXfs>"#.to_owned();
    file
}

const PAGE: &str = "<html><meta charset=utf-8><table><tr><th rowspan=2>a<th colspan=2 style='display:none'>b&nbsp;<tr><td>c<br>d\
                    <table><td>e</table></td></tr></table><!-- f -->";

fn small_stream() -> Vec<u8> {
    let globals = [build::font("a"), build::style(0, 14), build::shared(&["chữ", "b"])];
    let shared = build::record(0x00FD, &[0; 10]);
    stream(&globals, &[("a", false, vec![shared, build::number_record(1, 1, 0, 45_000.0)])])
}

#[test]
fn files_cut_off_anywhere_never_break_the_reader() {
    let files = [compound(&[("/Workbook", &small_stream())]), small_xlsx().bytes(), PAGE.as_bytes().to_vec()];
    for file in files {
        assert!(read(&file, &LIMITS).is_ok());
        for end in 0..file.len() {
            let _ = read(&file[..end], &LIMITS);
        }
    }
    let stream = small_stream();
    for end in 0..stream.len() {
        assert!(read(&compound(&[("/Workbook", &stream[..end])]), &LIMITS).is_err(), "{end}");
    }
}

#[test]
fn changed_bytes_never_break_the_reader() {
    let mut chance = Chance(0x5EED_1234_ABCD_0001);
    let files = [xls::sample(), small_xlsx().bytes(), small_xlsx().stored(), PAGE.as_bytes().to_vec()];
    for file in &files {
        for _ in 0..1_500 {
            let _ = read(&chance.changed(file), &LIMITS);
        }
    }
}

/// Deeper than the checksums of the archive and the sectors of the container.
#[test]
fn changed_parts_never_break_the_reader() {
    let mut chance = Chance(0x5EED_1234_ABCD_0002);
    let (file, stream) = (small_xlsx(), small_stream());
    for round in 0..2_000 {
        let mut changed = file.clone();
        let part = match round % 4 {
            0 => &mut changed.book,
            1 => &mut changed.styles,
            2 => &mut changed.strings,
            _ => &mut changed.sheets[0],
        };
        *part = String::from_utf8_lossy(&chance.changed(part.as_bytes())).into_owned();
        let _ = read(&changed.stored(), &LIMITS);
        let _ = read(&compound(&[("/Workbook", &chance.changed(&stream))]), &LIMITS);
    }
}

#[test]
fn noise_never_breaks_the_reader() {
    let mut chance = Chance(0x5EED_1234_ABCD_0003);
    let beginnings: [&[u8]; 6] =
        [b"", b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"<table><td>", b"\xFF\xFE", b"a;b\n"];
    for round in 0..3_000 {
        let mut noise = beginnings[round % beginnings.len()].to_vec();
        for _ in 0..chance.below(2_000) {
            noise.push(u8::try_from(chance.below(256)).expect("a byte"));
        }
        let _ = read(&noise, &LIMITS);
    }
}
