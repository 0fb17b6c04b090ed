import { words } from '../../text'
import { en } from './rulewords.en'
import { zh } from './rulewords.zh'

/** pacingWords are the texts that the parts of the room share. */
export const pacingWords = words(
  {
    'title': '节奏',
    'sub': '每个群收多少推广、什么时候收',
    'tabs': '节奏的各部分',
    'tab.rules': '规则',
    'tab.calendar': '空档',
    'tab.fatigue': '疲劳度',
    'tab.lift': '推广的影响',
    'group': '群',
    'back': '返回',
  },
  {
    'title': 'Pacing',
    'sub': 'how much each group gets, and when',
    'tabs': 'Parts of pacing',
    'tab.rules': 'Rules',
    'tab.calendar': 'Free slots',
    'tab.fatigue': 'Fatigue',
    'tab.lift': 'Effect of ads',
    'group': 'Group',
    'back': 'Back',
  },
)

/** ruleWords are the texts of the rules. */
export const ruleWords = words(zh, en)
