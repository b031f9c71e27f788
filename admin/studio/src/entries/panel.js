/** Our colours on Piccolo Admin; its own scripts do the rest. */
import '../css/panel.css';
