"""What every file of sql/stage does with a text: plain it, take a number from it, find fault with a name or a year."""

from __future__ import annotations

# Each is given once, so that a number is a number in every layout.
MACROS = r"""
-- Published tables hold non-breaking and repeated spaces, and tabs of every kind; nothing but them is empty.
create or replace temp macro plain(written) as
    nullif(trim(regexp_replace(written, '[\s\p{Z}\p{Cc}]+', ' ', 'g')), '');

-- Thousands are set off by commas or by spaces throughout, and no number of that kind begins with 0: "0,250" is a
-- quarter to whoever writes commas for points. What is larger than any count is brought to a bound, and told below.
create or replace temp macro number_in(written) as case
    when regexp_full_match(written, '[-+]?(\d+|[1-9]\d{0,2}( \d{3})+|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?')
        then greatest(least(cast(regexp_replace(written, '[ ,]', '', 'g') as double), 1e12), -1e12)
end;

create or replace temp macro whole_in(written) as case
    when number_in(written) is not null and not contains(written, '.')
        then try_cast(regexp_replace(written, '[ ,]', '', 'g') as bigint)
end;

create or replace temp macro size_fault(number) as case
    when abs(number) >= 1e12 then 'is a million million or more, which nothing that is counted here comes to'
end;

create or replace temp macro year_fault(year, first) as case
    when year not between first and 2100 then 'lies before ' || first || ' or after 2100, so it is mistyped'
end;

-- What is wrong with a name, or NULL. Such a name would be another area or kind than the one that is meant.
create or replace temp macro name_fault(name) as case
    when regexp_matches(name, '&(#\d+|#x[0-9A-Fa-f]+|[a-z]+);|%[0-9A-F]{2}')
        then 'holds a code of a web page in place of a sign'
    when regexp_full_match(name, '[A-Za-z0-9(\[][ !#-~]*') then null
    when regexp_matches(name, '^=|^#(REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!)')
        then 'is a formula, or what one gives that failed'
    when regexp_matches(name, '[ÂÃ]([\x{80}-\x{BF} ]|$)|â€|\x{FFFD}|[a-z][À-ÖØ-Þ]|[a-z]ÿ([A-Z]|$)')
        then 'holds letters damaged by a wrong encoding'
    when regexp_matches(name, '\p{Greek}|\p{Cyrillic}|[ıĸſ]|[\x{250}-\x{2AF}\x{1D00}-\x{1DBF}\x{FF00}-\x{FFEF}]')
        then 'holds a letter of another alphabet that looks like one of ours'
    when regexp_matches(name, '^[''"`´‘’“”„«]')
        then 'begins with a quotation mark'
    -- Letters of the Latin alphabets, with or without their marks, and the signs of published tables.
    when not regexp_full_match(name, '[ -~À-ÖØ-öø-ɏẀ-ỿ\p{M}´‘’“”„«»–—…•·§°ªº¹²³†‡£€½¼¾™®©]+')
        then 'holds a sign that no name has'
end;
"""
