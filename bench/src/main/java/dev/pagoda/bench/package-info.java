/** JMH experiments: one class for each question, its settings in annotations. */
package dev.pagoda.bench;
