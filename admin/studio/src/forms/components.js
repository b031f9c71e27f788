/** Every component a form here may have; types not listed are form-js's own (separator, spacer). */
import { arranged } from './arranged.jsx';
import { chosen } from './chosen.jsx';
import { dated } from './dated.jsx';
import { region } from './region.jsx';
import { typed } from './typed.jsx';

export const components = [...typed, ...chosen, ...dated, ...region, ...arranged];
