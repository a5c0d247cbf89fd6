//! `fields!`: how a protocol file describes its fields, a line each.

/// Describes the fields of one protocol: a line is *constant, filter name, kind, title*, then options
/// (`group ["udp.port"]`, `mask 0x0f`, `values (TYPES)`, `expert (Note, Sequence)`), then a semicolon. The name before them is the module's. Behind
/// these lines come those of fields that no node has, with `_` in place of the constant: common names of other fields, and
/// what is not read (`unread "why"`).
///
/// It makes a `FieldId` constant of each line, the constant `SELF` for the protocol itself, `ROWS`, the rows, and `FIELDS`,
/// the rows with their place in the table of all fields. A constant that no dissector uses is a warning of the compiler. A
/// protocol outside of the list takes its place behind the others: `fields! { toy after protocols::END; … }`.
#[macro_export]
macro_rules! fields {
    ($module:ident after $first:expr; $($rows:tt)*) => { $crate::fields! { @ ($first) $($rows)* } };
    (
        @ ($first:expr)
        $($id:ident $name:literal $kind:ident $(($arg:tt))? $title:literal $($option:ident $value:tt)*;)*
        $(_ $other:literal $its_kind:ident $(($its_arg:tt))? $its_title:literal $($its_option:ident $its_value:tt)*;)*
    ) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum RowIndex { SELF, $($id),* }
        /// The protocol's own entry in the table of all fields.
        pub(crate) const SELF: $crate::field::FieldId = $crate::field::FieldId($first.0 + RowIndex::SELF as u16);
        $(
            #[doc = concat!("`", $name, "`.")]
            pub(crate) const $id: $crate::field::FieldId = $crate::field::FieldId(SELF.0 + RowIndex::$id as u16);
        )*
        /// The rows of this protocol, in the order of the constants above.
        pub const ROWS: &[$crate::field::Field] = {
            #[allow(unused_imports)]
            use $crate::field::kinds::*;
            &[
                $($crate::field::Field::new($name, $kind $(($arg))?, $title)$(.$option(&$value))*,)*
                $($crate::field::Field::new($other, $its_kind $(($its_arg))?, $its_title)$(.$its_option(&$its_value))*,)*
            ]
        };
        /// What this protocol contains.
        pub const FIELDS: $crate::field::Fields = $crate::field::Fields { first: SELF, rows: ROWS };
    };
    ($module:ident $($rows:tt)*) => {
        $crate::fields! { @ ($crate::protocols::base(stringify!($module))) $($rows)* }
    };
}
