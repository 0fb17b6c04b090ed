import { words } from '../../text'
import { en } from './en'
import { zh } from './zh'

export type { Word } from './zh'

/** room is every text of this room. */
export const room = words(zh, en)
