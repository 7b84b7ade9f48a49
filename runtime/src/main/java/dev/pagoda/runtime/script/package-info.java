/** Programs written as scripts of memory calls, loads and stores. */
package dev.pagoda.runtime.script;
