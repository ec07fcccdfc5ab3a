/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright (c) 2026, the Weir authors
 */
#include "conf_unit.h"

#define LIST "[list a]\npath = /a\n"

/* A line `text = xxx…` of so many octets. */
static void
make_line(char *line, size_t octets)
{
	memset(line, 'x', octets);
	memcpy(line, "text = ", 7);
	line[octets] = '\0';
}

static void
long_lines_are_refused_and_not_cut(void **state)
{
	char line[CONF_LINE_MAX + 2], text[CONF_LINE_MAX + 100];

	(void)state;
	/* The library's own limit is 200 octets, and it delivers what it cut off as a value. */
	make_line(line, 7 + 255);
	snprintf(text, sizeof(text), LIST "%s\n", line);
	says(text, "");
	make_line(line, CONF_LINE_MAX);
	snprintf(text, sizeof(text), LIST "; %s\n", line + 2);
	says(text, "");
	line[CONF_LINE_MAX - 1] = 'y';
	snprintf(text, sizeof(text), LIST "%s\n[list b]\n", line);
	says(text, "a.ini:3: [list a] text = "
		   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		   "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...: a text of 4089 octets: "
		   "allowed are 255\n"
		   "a.ini:4: [list b]: `path' is missing: its file\n");
	make_line(line, CONF_LINE_MAX + 1);
	snprintf(text, sizeof(text), LIST "%s\r\nttl = x\n", line);
	says(text, "a.ini:3: a line of 4097 octets: allowed are 4096\n"
		   "a.ini:4: [list a] ttl = x: allowed 0..604800\n");
}

static void
indentation_is_refused(void **state)
{
	(void)state;
	/* The library makes a second value of the key above out of the second line. */
	says(LIST "ttl = 5\n ede = 3\n", "a.ini:4: `ede = 3' is indented: every line starts in its "
					 "first column\n");
	says(LIST "\tttl = 5\n", "a.ini:3: `ttl = 5' is indented: every line starts in its first "
				 "column\n");
	says(" [weir]\n", "a.ini:1: `[weir]' is indented: every line starts in its first column\n");
	says("   \n\t\n\n", "");
}

static void
lines_that_are_none_are_refused(void **state)
{
	(void)state;
	says("[weir]\nnuma\n",
		"a.ini:2: `numa': neither [section], nor key = value, nor a comment\n");
	says("[weir]\nnuma: prefer\n", "a.ini:2: `numa: prefer': write `numa = value'\n");
	says("[weir]\n= prefer\n", "a.ini:2: `= prefer': the name of a key is made of a-z, 0-9 and "
				   "_\n");
	says("[weir]\nNuma = prefer\n",
		"a.ini:2: `Numa = prefer': the name of a key is made of a-z, 0-9 and _\n");
	says("[weir]\nnu:ma = prefer\n", "a.ini:2: `nu:ma = prefer': write `nu = value'\n");
	says("numa = prefer\n", "a.ini:1: numa = prefer: stands before the first [section]\n");
	says("[weir]\nnuma ; x = prefer\n",
		"a.ini:2: `numa ; x = prefer': the name of a key is made of a-z, 0-9 and _\n");
}

static void
section_lines_are_read_to_their_end(void **state)
{
	(void)state;
	says("[weir\nnuma = x\n", "a.ini:1: `[weir': a section's name ends in `]'\n");
	/* The library drops what follows the bracket. */
	says("[weir] numa = prefer\n",
		"a.ini:1: `[weir] numa = prefer': only a comment that begins with ` ;' may follow "
		"the `]'\n");
	says("[weir];\n", "a.ini:1: `[weir];': only a comment that begins with ` ;' may follow the "
			  "`]'\n");
	says("[weir] # x\n",
		"a.ini:1: `[weir] # x': only a comment that begins with ` ;' may follow "
		"the `]'\n");
	says("[weir] ; x\n[ring]\t;\n[pool] \n", "");
	/* The library cuts a section's name at 49 octets. */
	says("[list aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\npath = a\n",
		"a.ini:1: [list aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]: write "
		"[list "
		"NAME], NAME being 1..32 of a-z, 0-9, _ and -, not first a -\n");
}

static void
comments_begin_where_they_may(void **state)
{
	struct reading reading;
	const struct conf *conf;

	(void)state;
	conf = good(&reading,
		"; c\n# c\n[list a] ; c\npath = /a;b#c ; c # d ; e\ntext = \"x ; y # z\""
		" ; c\ncategory = ; none\nttl\t=\t7\t; c\n");
	assert_string_equal(conf->lists[0].path.text, "/a;b#c");
	assert_string_equal(conf->lists[0].text, "x ; y # z");
	assert_string_equal(conf->lists[0].category, "");
	assert_int_equal(conf->lists[0].ttl, 7);
	done(&reading);
	/* The library takes a # behind a value for a part of it. */
	says(LIST "ttl = 7 # c\n",
		"a.ini:3: [list a] ttl = 7 # c: ` #' begins no comment here: use "
		"` ;', or double quotes around the value\n");
	says(LIST "text = # c\n", "a.ini:3: [list a] text = # c: ` #' begins no comment here: use "
				  "` ;', or double quotes around the value\n");
}

static void
quotes_go_around_whole_values(void **state)
{
	struct reading reading;
	const struct conf *conf;

	(void)state;
	says(LIST "text = \"x\n", "a.ini:3: [list a] text = \"x: the double quote is not closed\n");
	says(LIST "text = \"x\" y\n",
		"a.ini:3: [list a] text = \"x\" y: only a comment that begins "
		"with ` ;' may follow the closing quote\n");
	says(LIST "text = say \"a ; b\"\n", "a.ini:3: [list a] text = say \"a ; b\": ` ;' begins a "
					    "comment: put double quotes around the whole value\n");
	conf = good(&reading, LIST "text = say \"a\" 5\"\ncategory = \" b \"\n");
	assert_string_equal(conf->lists[0].text, "say \"a\" 5\"");
	assert_string_equal(conf->lists[0].category, " b ");
	done(&reading);
}

static void
octets_that_are_no_text_are_refused(void **state)
{
	static const char nul[] = "[weir]\nnuma = strict\0x\n[ring]\nburst = 0\n";
	static const char utf16[] = "\xff\xfe[\0w\0]\0\n\0";
	struct reading reading;

	(void)state;
	read_octets(&reading, nul, sizeof(nul) - 1, NULL);
	assert_string_equal(reading.said,
		"a.ini:2: a control character (octet 0x00 at 14): allowed is text in UTF-8\n"
		"a.ini:4: [ring] burst = 0: allowed 1..64\n");
	done(&reading);
	read_octets(&reading, utf16, sizeof(utf16) - 1, NULL);
	assert_non_null(strstr(reading.said, "a.ini:1: a control character (octet 0x00 at 4)"));
	done(&reading);
	says("; \x1b[31m\n", "a.ini:1: a control character (octet 0x1b at 3): allowed is text in "
			     "UTF-8\n");
	says("[weir]\rnuma = prefer\r",
		"a.ini:1: a control character (octet 0x0d at 7): allowed is "
		"text in UTF-8\n");
	says(LIST "text = \xc3\x28\n", "a.ini:3: [list a] text = \xc3\x28: octet 1 is not UTF-8: "
				       "allowed is text in UTF-8\n");
}

static void
files_of_other_systems_are_read(void **state)
{
	struct reading reading;
	const struct conf *conf;

	(void)state;
	conf = good(&reading, "\xef\xbb\xbf[weir]\r\nnuma = prefer\r\n\r\n[ring]\r\nsize = 128");
	assert_int_equal(conf->weir.numa, CONF_NUMA_PREFER);
	assert_int_equal(conf->weir.sect.line, 1);
	assert_int_equal(conf->ring.size, 128);
	assert_int_equal(conf->ring.sect.keys[0].at, 5);
	done(&reading);
	good(&reading, "");
	done(&reading);
	good(&reading, "\xef\xbb\xbf");
	done(&reading);
	says("\n\xef\xbb\xbf[weir]\n",
		"a.ini:2: `\xef\xbb\xbf[weir]': neither [section], nor key = "
		"value, nor a comment\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_lines_are_refused_and_not_cut),
		cmocka_unit_test(indentation_is_refused),
		cmocka_unit_test(lines_that_are_none_are_refused),
		cmocka_unit_test(section_lines_are_read_to_their_end),
		cmocka_unit_test(comments_begin_where_they_may),
		cmocka_unit_test(quotes_go_around_whole_values),
		cmocka_unit_test(octets_that_are_no_text_are_refused),
		cmocka_unit_test(files_of_other_systems_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
