//! What lies on a sheet beside its cells: comments, also those in threads, and pictures with the cells they are anchored to.

use std::collections::{HashMap, HashSet};

use quick_xml::events::Event;

use super::relations::{self, Relation};
use super::xlsb;
use super::xlsx::cell_of;
use super::xml::attribute;
use super::zipped::Package;
use super::{PICTURES, Unreadable};
use crate::grid::{Comment, Picture};

/// More comments than a register that people keep has.
pub const COMMENTS: usize = 100_000;
/// Characters of a comment that are kept, as of a cell.
pub const LONGEST: usize = 32_767;

/// What lies on a sheet.
#[derive(Debug, Default)]
pub struct Drawn {
    /// Comments.
    pub comments: Vec<Comment>,
    /// Pictures.
    pub pictures: Vec<Picture>,
}

/// What lies on the sheet of a part. No part belongs to two sheets: `read` holds those that were read.
pub fn of(package: &mut Package, sheet: &str, read: &mut HashSet<String>) -> Result<Drawn, Unreadable> {
    let mut drawn = Drawn::default();
    let mut related: Vec<Relation> = relations::of(package, sheet)?.into_values().collect();
    related.retain(|relation| package.has(&relation.target));
    related.sort_by(|one, other| one.target.cmp(&other.target));
    let mut threads = Vec::new();
    for relation in &related {
        let part = &relation.target;
        let drawn_on = matches!(relation.kind.as_str(), "comments" | "threadedComment" | "drawing");
        if drawn_on && !read.insert(part.to_lowercase()) {
            return Err(Unreadable::of("broken_part").with("part", part));
        }
        match relation.kind.as_str() {
            "comments" if part.to_lowercase().ends_with(".bin") => {
                drawn.comments.extend(xlsb::comments(package, part)?);
            }
            "comments" => drawn.comments.extend(comments(package, part)?),
            "threadedComment" => threads.extend(threaded(package, part)?),
            "drawing" => pictures(package, part, &mut drawn.pictures)?,
            _ => {}
        }
        if drawn.comments.len().max(threads.len()) > COMMENTS || drawn.pictures.len() > PICTURES {
            return Err(Unreadable::of("broken_part").with("part", part));
        }
    }
    // A thread stands among the plain comments too, as a text that asks for a newer program.
    if !threads.is_empty() {
        let cells: HashSet<_> = threads.iter().map(|thread| (thread.row, thread.column)).collect();
        drawn
            .comments
            .retain(|comment| !cells.contains(&(comment.row, comment.column)));
        drawn.comments.extend(threads);
    }
    Ok(drawn)
}

/// The comments of a part, without the line by which programs name the author.
fn comments(package: &mut Package, part: &str) -> Result<Vec<Comment>, Unreadable> {
    let (mut authors, mut found) = (Vec::new(), Vec::new());
    let Some(mut xml) = package.xml(part)? else {
        return Ok(found);
    };
    let mut buffer = Vec::new();
    let mut place = None;
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "author" => {
                    let mut author = String::new();
                    xml.text(&mut author, LONGEST)?;
                    authors.push(author);
                }
                "comment" => {
                    let author = attribute(&element, "authorId").and_then(|id| id.parse::<usize>().ok());
                    place = attribute(&element, "ref").and_then(|cell| cell_of(&cell));
                    found.extend(place.map(|(row, column)| Comment {
                        row,
                        column,
                        text: author.and_then(|id| authors.get(id)).cloned().unwrap_or_default(),
                    }));
                }
                // Until its text is read, a comment holds its author.
                "text" if place.is_some() => {
                    let mut text = String::new();
                    super::xlsx::item(&mut xml, &mut buffer, &mut text, LONGEST)?;
                    if let Some(last) = found.last_mut() {
                        last.text = unsigned(&text, &last.text);
                    }
                    place = None;
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
        if found.len().max(authors.len()) > COMMENTS {
            return Err(Unreadable::of("broken_part").with("part", part));
        }
    }
    found.retain(|comment| !comment.text.is_empty());
    Ok(found)
}

/// The texts of threads: each cell's, one after the other.
fn threaded(package: &mut Package, part: &str) -> Result<Vec<Comment>, Unreadable> {
    let mut found: Vec<Comment> = Vec::new();
    let Some(mut xml) = package.xml(part)? else {
        return Ok(found);
    };
    let mut buffer = Vec::new();
    let mut place = None;
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "threadedComment" => place = attribute(&element, "ref").and_then(|cell| cell_of(&cell)),
                "text" => {
                    let mut text = String::new();
                    xml.text(&mut text, LONGEST)?;
                    let Some((row, column)) = place else { continue };
                    match found.last_mut().filter(|last| (last.row, last.column) == (row, column)) {
                        Some(last) if last.text.len() + text.len() < LONGEST => {
                            last.text.push('\n');
                            last.text.push_str(text.trim());
                        }
                        _ => found.push(Comment {
                            row,
                            column,
                            text: text.trim().to_owned(),
                        }),
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(found),
            _ => {}
        }
        if found.len() > COMMENTS {
            return Err(Unreadable::of("broken_part").with("part", part));
        }
    }
}

/// A comment's text without the line that names its author.
pub fn unsigned(text: &str, author: &str) -> String {
    let text = text.trim();
    let rest = text
        .strip_prefix(author.trim())
        .filter(|_| !author.trim().is_empty())
        .and_then(|rest| rest.strip_prefix([':', '：']));
    rest.unwrap_or(text).trim().to_owned()
}

/// The pictures of a drawing. One that is anchored to no cell lies on the first.
fn pictures(package: &mut Package, part: &str, found: &mut Vec<Picture>) -> Result<(), Unreadable> {
    let images = relations::of(package, part)?;
    let mut anchored = Vec::new();
    let Some(mut xml) = package.xml(part)? else {
        return Ok(());
    };
    let mut buffer = Vec::new();
    let (mut row, mut column, mut from) = (1, 0, false);
    loop {
        match xml.next(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "twoCellAnchor" | "oneCellAnchor" | "absoluteAnchor" => (row, column) = (1, 0),
                "from" => from = true,
                name @ ("row" | "col") if from => {
                    let is_row = name == "row";
                    let mut text = String::new();
                    xml.text(&mut text, 32)?;
                    let number: u32 = text.trim().parse().unwrap_or(0);
                    if is_row {
                        row = number.saturating_add(1);
                    } else {
                        column = number;
                    }
                }
                "blip" => anchored.extend(attribute(&element, "embed").map(|id| (row, column, id.into_owned()))),
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == "from" => from = false,
            Event::Eof => break,
            _ => {}
        }
        if found.len() + anchored.len() > PICTURES {
            return Err(Unreadable::of("broken_part").with("part", part));
        }
    }
    drop(xml);
    found.extend(anchored.into_iter().filter_map(|(row, column, id)| {
        let name = image(package, &images, &id)?;
        Some(Picture { row, column, name })
    }));
    Ok(())
}

/// The part of an image that a drawing names.
fn image(package: &Package, images: &HashMap<String, Relation>, id: &str) -> Option<String> {
    let relation = images.get(id).filter(|relation| relation.kind == "image")?;
    package.has(&relation.target).then(|| relation.target.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_of_the_author_is_no_part_of_a_comment() {
        for (text, author, left) in [
            ("品质部:\n客户已接受", "品质部", "客户已接受"),
            ("品质部：客户已接受", "品质部", "客户已接受"),
            ("品质部的意见", "品质部", "品质部的意见"),
            (":客户", "", ":客户"),
            (" 客户 ", "品质部", "客户"),
        ] {
            assert_eq!(unsigned(text, author), left);
        }
    }
}
