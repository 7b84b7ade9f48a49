/** Stress and integration tests that cross modules; all of them live in this module's test sources. */
package dev.pagoda.tests;
