/** The command line: the subcommands of {@code pagoda} and what they print. */
package dev.pagoda.runtime.command;
