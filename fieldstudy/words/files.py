"""One sentence for each problem that an importer finds in a file, and for each note that it leaves."""

from collections.abc import Mapping

from fieldstudy.words.marks import _, ngettext

PROBLEM_SENTENCES: Mapping[str, str] = {
    "empty_file": _("The file is empty."),
    "too_large": _("The file is larger than %(limit)s MB."),
    "not_a_table": _(
        "This is neither a CSV file nor an XLSX workbook. Save it from your spreadsheet as .xlsx, or as CSV in UTF-8, "
        "and try again."
    ),
    "control_character": _(
        "There is a character here that no text has (%(code)s). Look at the row, delete it and try again."
    ),
    "cell_too_large": _("A cell here is larger than %(limit)s characters, or its quotation mark is never closed."),
    "not_a_workbook": _("This is not an XLSX workbook. Save it from your spreadsheet as .xlsx and try again."),
    "old_workbook": _("This is a workbook of the old kind (.xls). Save it as .xlsx and try again."),
    "open_document": _("This is an OpenDocument spreadsheet. Save it as .xlsx and try again."),
    "encrypted": _("The workbook is locked with a password. Save it without one and try again."),
    "has_macros": _("The workbook contains macros. Save it as .xlsx without macros and try again."),
    "damaged_workbook": _(
        "The workbook is damaged and cannot be read. Open it in your spreadsheet, save it anew and try again."
    ),
    "inflates_too_much": _(
        "Unpacked, the workbook is larger than %(limit)s MB. Save only the sheet that is needed in a new workbook and "
        "try again."
    ),
    "packed_too_tightly": _(
        "Unpacked, the workbook is more than %(limit)s times as large as the file. Save only the sheet that is needed "
        "in a new workbook and try again."
    ),
    "too_much_work": _(
        "Reading this file takes more time or memory than one file may have. Divide it into smaller files and try "
        "again."
    ),
    "reader_busy": _("Other files are being read just now. Try again in a minute."),
    "too_many_parts": _("The workbook consists of more than %(limit)s parts."),
    "too_many_rows": _("There are more than %(limit)s rows."),
    "too_many_columns": _("There are more than %(limit)s columns."),
    "broken_csv": _("A quotation mark is not closed, or the quotation goes on where a new cell should begin."),
    "no_rows": _("There is only a header and no row below it."),
    "duplicate_header": _("Two columns have the same header."),
    "value_without_header": _("“%(value)s” stands in a column without a header."),
    "formula_without_value": _(
        "The formula in this cell has no stored result. Open the workbook in your spreadsheet, save it and try again."
    ),
    "cell_holds_an_error": _("The cell shows the error %(value)s."),
    "missing_column": _("This column is missing."),
    "no_question": _("No column is a question of this checklist: these visits would count and answer nothing."),
    "missing_cell": _("This cell must not be empty."),
    "text_too_long": _("This text is too long: %(limit)s characters at most."),
    "not_a_number": _("“%(value)s” is not a number."),
    "number_out_of_range": _("“%(value)s” is not between %(low)s and %(high)s."),
    "too_many_decimals": _("“%(value)s” has more than %(limit)s decimals, which could not be kept exactly."),
    "unknown_value": _("“%(value)s” is not known here. Allowed: %(allowed)s."),
    "duplicate_code": _("The code “%(value)s” is already in row %(first_row)s."),
    "half_a_position": _("A position needs both latitude and longitude."),
    "unknown_timezone": _("“%(value)s” is not a known time zone. Write it as in Europe/Rome."),
    "unknown_store": _("There is no store with the code “%(value)s”."),
    "unknown_question": _("There is no question of this name in the checklist."),
    "not_a_moment": _("“%(value)s” is not a date with a time. Write it as in 2026-03-01T16:42."),
    "ended_before_started": _("“%(value)s” is before the start."),
    "ended_before_by_offset": _(
        "“%(value)s” is before the start: the start was read as %(start)s and the end as %(end)s. If both come from "
        "the same clock, write them with the same offset: %(start)s and %(example)s."
    ),
    "known_id_differs": _(
        "The visit with the id “%(value)s” is there already, and this row differs from it (%(columns)s). A file "
        "changes no visit: to replace it, exclude it in the review and give this row a new id."
    ),
    "known_visit_differs": _(
        "A visit of this fieldworker to this store with this start is there already, and this row differs from it "
        "(%(columns)s). If it is another visit, give it its own time or an id. A file changes no visit: to replace "
        "one, exclude it in the review and give this row an id."
    ),
    "id_of_another_wave": _(
        "The id “%(value)s” belongs to a visit of the wave “%(wave)s”, and an id is of one wave only. Import this row "
        "into that wave, or give it an id of its own, for example with the name of the wave in front."
    ),
    "duplicate_id": _("The id “%(value)s” is already in row %(first_row)s."),
    "not_for_method": _("There is an answer, but this question does not exist for the method %(method)s."),
    "sheet_missing": _("This sheet is missing."),
    "no_questions": _("Nothing is asked here: there is no question that a fieldworker answers."),
    "not_an_xlsform": _("Other form tools could not open this file: %(message)s"),
    "title_with_language": _("The title of a form has no languages. Use one column form_title."),
    "adjustment_needs_pooled": _("An adjustment needs total = pooled."),
    "name_not_allowed": _(
        "“%(value)s” cannot be a name. Begin with a letter and use letters, digits, points, hyphens and "
        "underscores, %(limit)s at most."
    ),
    "duplicate_name": _("The name “%(value)s” is already in row %(first_row)s."),
    "type_not_supported": _("The type “%(type)s” is not known here. Allowed: %(allowed)s."),
    "type_not_supported_use": _("The type “%(type)s” is not supported. Use instead: %(instead)s."),
    "type_to_remove": _(
        "The type “%(type)s” is not supported. Remove this row: Fieldstudy records who answers and when by itself."
    ),
    "or_other_not_supported": _(
        "“or_other” is not supported. Add a choice “other” to the list and a text question after it."
    ),
    "repeat_not_supported": _("Repeats are not supported. Write the questions out as often as they are asked."),
    "group_not_closed": _("The group “%(value)s” has no end_group."),
    "end_without_begin": _("Nothing of this kind is open that could end here."),
    "timer_is_integer": _("The appearance “timer” needs the type integer, not %(type)s."),
    "list_missing": _("There is no list “%(value)s” in the sheet choices."),
    "column_not_supported": _("This column is not supported and would change what is asked: “%(value)s”."),
    "methods_outside_section": _("No method of this question may answer its section (%(allowed)s)."),
    "bands_need_a_number": _("Bands need a number or a timer, not the type %(type)s."),
    "band_not_understood": _("“%(value)s” is not a band. Write bands as in <=120:3; <=300:1; else:0"),
    "else_is_last": _("“else” must be the last band."),
    "range_not_understood": _("A range from %(start)s to %(end)s cannot be walked in steps of %(step)s."),
    "calculation_not_here": _("A calculation needs the type calculate, hidden or a read-only question, not %(type)s."),
    "default_not_fixed": _("“%(value)s” is not a fixed value. Use a calculate row for what is worked out."),
    "duplicate_choice": _("The choice “%(value)s” is already in the list “%(list)s”, in row %(first_row)s."),
    "choice_with_space": _("“%(value)s” cannot name a choice: names have no spaces."),
    "condition_empty": _("The condition is empty."),
    "condition_too_long": _("The condition is too long: “%(text)s”"),
    "condition_too_deep": _("There are too many parentheses within each other in “%(text)s”."),
    "condition_unfinished": _(
        "“%(text)s” ends too early, or a quotation or ${ that begins at character %(position)s never ends."
    ),
    "condition_unquoted": _("In “%(text)s” a word at character %(position)s wants quotation marks or ${ }."),
    "condition_unknown_function": _(
        "In “%(text)s” there is an unknown function at character %(position)s. Known are not(), selected(), "
        "today(), true() and false()."
    ),
    "condition_number_too_large": _("In “%(text)s” the number at character %(position)s is too large."),
    "condition_chained": _(
        "In “%(text)s” a second comparison follows at character %(position)s. Join two comparisons with and."
    ),
    "condition_unexpected": _("“%(text)s” is not understood from character %(position)s on."),
    "condition_unknown_question": _("There is no question “%(value)s” that the condition could refer to."),
    "condition_about_itself": _("The question “%(value)s” cannot depend on its own answer here."),
    "condition_in_a_circle": _(
        "The conditions of these questions go round in a circle: %(names)s. Take one of them away."
    ),
    "dot_outside_constraint": _("A point, the answer itself, means something only in a constraint: “%(text)s”"),
    "internal_with_points": _(
        "“%(value)s” is internal and has points: the client could not see where the score comes from. "
        "Write scored = no, or internal = no."
    ),
    "internal_with_rule": _(
        "“%(value)s” is internal and has a critical rule: the client could not see what changed the score. "
        "Leave critical empty, or write internal = no."
    ),
    "points_too_large": _(
        "All points together, each with its weight, come to more than %(limit)s; most of it comes from “%(value)s”. "
        "Make the points or the weights smaller."
    ),
    "role_unknown_question": _("There is no other question “%(value)s” of which this could be the expectation."),
}

NOTE_SENTENCES: Mapping[str, str | tuple[str, str]] = {
    "read_as_cp1252": _("The file is not in UTF-8; it was read as Windows text. Look at the accents."),
    "unknown_column": _("This column is not used. It stays in the file."),
    "sheet_left_out": _("This sheet is not used. It stays in the file."),
    "only_first_row_counts": _("Only the first row of settings counts."),
    "form_id_from_file_name": _("There is no form_id; the file gave the form its name: %(value)s."),
    "title_from_form_id": _("There is no form_title; the title is %(value)s."),
    "default_language_unknown": _(
        "No text is in the default language “%(value)s”. The first language counts instead (%(allowed)s)."
    ),
    "translation_missing": ngettext(
        "A text has no translation into %(language)s.",
        "%(count)s texts have no translation into %(language)s; this is the first.",
    ),
    "label_missing": _("There is no label; the name “%(value)s” is shown instead."),
    "nested_group_flattened": _(
        "The group “%(value)s” within a group was taken apart: its questions are in the section “%(section)s”."
    ),
    "questions_outside_groups": ngettext(
        "A row outside any group became the section “%(section)s”.",
        "%(count)s rows outside any group became the section “%(section)s”.",
    ),
    "empty_group": _("The group “%(value)s” has no questions and was left out."),
    "row_disabled": _("The row is disabled and was left out."),
    "name_of_a_visit_column": _(
        "A table of visits has a column “%(value)s” of its own, so that this question cannot be imported from one."
    ),
    "no_effect_here": _("“%(value)s” has no effect in this row."),
    "parameters_left_out": _("These parameters have no effect: %(value)s."),
    "weight_needs_section_weighted": _(
        "The weight %(value)s has no effect: sections are weighted only with total = section_weighted."
    ),
    "scored_without_points": _("There are no points or bands: the question is not scored."),
    "critical_never_fires": _(
        "No answer misses anything: all earn the same, or only add a bonus. So the critical rule never fires."
    ),
    "no_effect_on_internal": _("“%(value)s” has no effect: the question is internal and enters no figure."),
    "money_not_marked": _(
        "This seems to be about money, and the client will read the answers to “%(value)s”. Write internal = yes, "
        "or internal = no if that is meant."
    ),
    "reverse_earns_with_more": _(
        "With reverse less is better, and yet here more earns more: the points fall where the report says “better”."
    ),
    "only_for_timers": _("This has an effect only for timers."),
    "points_on_na": _("The choice means “not applicable”: its points (%(value)s) were left out."),
    "condition_unknown_choice": _(
        "“%(value)s” is not a choice of “%(question)s” (%(allowed)s), so that the comparison never holds."
    ),
    "column_left_out": _("Nobody answers this question in a table; the column was left out."),
    "questions_without_column": _("These questions have no column and stay unanswered: %(names)s."),
    "required_but_empty": ngettext(
        "A required answer is missing in this row.",
        "A required answer is missing in %(count)s rows; this is the first.",
    ),
    "not_relevant_left_out": ngettext(
        "In this row there is an answer that the conditions of the checklist do not ask for; it was left out.",
        "In %(count)s rows there is an answer that the conditions of the checklist do not ask for; it was left "
        "out. This is the first.",
    ),
    "same_visit_twice": _(
        "The same fieldworker visited the same store at the same time in row %(first_row)s. Was a row copied? Both "
        "count; if one is a copy, exclude its visit in the review."
    ),
    "outside_wave": _("The visit was on %(value)s, and the wave goes from %(start)s to %(end)s. Is the date right?"),
    "more_outside_wave": _("Besides those named, visits outside the days of the wave: %(count)s."),
    "hour_twice": _(
        "On this night the clocks go back and “%(value)s” comes twice. It was read as %(taken)s; if it was the other "
        "time, write %(other)s."
    ),
    "hour_skipped": _(
        "On this night the clocks go forward and “%(value)s” does not come. It was read as %(taken)s; write the offset "
        "if it was another time."
    ),
}
