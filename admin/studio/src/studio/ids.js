/** Ids that are the page's alone. Preact's own begin anew when a panel is drawn again, so a label
 * could lead to another one's field. */
import { useState } from 'preact/hooks';

let last = 0;

export const useId = () => useState(() => `field-${(last += 1)}`)[0];
