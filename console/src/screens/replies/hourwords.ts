import { words } from '../../text'

/** The texts of the opening hours. */
export const hours = words({
  title: '营业时间', hint: '有人在的时间。不在这些时间里发来的消息，由「营业时间以外」的规则来回答。', always: '还没有设置，现在当作一直营业。',
  ruled: '营业时间以外的回答：', unruled: '还没有「营业时间以外」的规则，光设时间不会改变回答。', write: '写一条',
  'day.1': '周一', 'day.2': '周二', 'day.3': '周三', 'day.4': '周四', 'day.5': '周五', 'day.6': '周六', 'day.0': '周日',
  closed: '休息', allDay: '全天', add: '加时段', addOn: '{day}：加时段', copy: '照抄到每天', from: '{day}开始', to: '{day}结束', overnight: '到第二天', drop: '去掉{day}的第 {n} 段',
  save: '保存营业时间', saved: '营业时间已保存', undo: '放弃修改', clear: '清空，改为一直营业',
}, {
  title: 'Opening hours', hint: 'When somebody is there. Messages at other times are answered by the rule for “outside opening hours”.', always: 'None are set, so you count as always open.',
  ruled: 'Outside these hours answers: ', unruled: 'There is no rule for “outside opening hours” yet; hours alone change nothing.', write: 'Write one',
  'day.1': 'Monday', 'day.2': 'Tuesday', 'day.3': 'Wednesday', 'day.4': 'Thursday', 'day.5': 'Friday', 'day.6': 'Saturday', 'day.0': 'Sunday',
  closed: 'Closed', allDay: 'All day', add: 'Add hours', addOn: 'Add hours on {day}', copy: 'Copy to every day', from: '{day} from', to: '{day} to', overnight: 'Ends next day', drop: 'Take out hours {n} of {day}',
  save: 'Save opening hours', saved: 'The opening hours are saved', undo: 'Discard changes', clear: 'Clear: always open',
})
