import { words } from '../../text'
import { en } from './en'
import { type Key, zh } from './zh'

/** room are the texts of this room. */
export const room = words<Key>(zh, en)
