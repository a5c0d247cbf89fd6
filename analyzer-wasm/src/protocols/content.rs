//! Media types and bytes of no known protocol.

pub mod data;
pub mod data_text_lines;
pub mod image_gif;
pub mod image_jfif;
pub mod imf;
pub mod json;
pub mod media;
pub mod mime_multipart;
pub mod png;
pub mod urlencoded_form;
pub mod xml;
