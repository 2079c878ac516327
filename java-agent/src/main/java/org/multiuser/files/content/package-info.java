/** Files by their content: cut into chunks, kept, and put together again. */
package org.multiuser.files.content;
