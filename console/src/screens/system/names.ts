import type { Lang } from '../../types'

// What the server calls by a word, in words of people. A word that is not here is shown as it is: a later server may
// know more than this page.
type Names = Record<string, readonly [zh: string, en: string]>

const kinds: Names = {
  official: ['公众号', 'Official Account'],
  miniprogram: ['小程序', 'Mini Program'],
  work: ['企业微信', 'WeCom'],
}

const intents: Names = {
  message: ['有人发来消息', 'Somebody wrote'],
  follow: ['有人关注', 'Somebody followed'],
  scan: ['粉丝扫了带参数的码', 'A follower scanned a code'],
  unfollow: ['有人取消关注', 'Somebody unfollowed'],
  menu_click: ['点了菜单', 'A menu item was tapped'],
  menu_scan: ['从菜单扫了码', 'A code was scanned from the menu'],
  menu_view: ['从菜单打开了页面', 'A page was opened from the menu'],
  menu_picture: ['从菜单选了图片', 'Pictures were chosen from the menu'],
  menu_place: ['从菜单选了位置', 'A place was chosen from the menu'],
  location: ['手机报告位置', 'A phone told where it is'],
  template_done: ['模板消息的结果', 'Result of a template message'],
  mass_done: ['群发的结果', 'Result of a broadcast'],
  publish_done: ['发布文章的结果', 'Result of publishing an article'],
  subscription: ['订阅消息：同意或拒绝', 'Subscribe messages: allowed or not'],
  subscribe_sent: ['订阅消息的结果', 'Result of a subscribe message'],
  notice_failed: ['服务通知没有送达', 'A service notice was not shown'],
  profile: ['平台清理了资料', 'The platform cleaned a profile'],
  revoke: ['有人撤回授权或注销', 'Somebody withdrew consent or left WeChat'],
  help_opened: ['打开了小程序客服', 'Customer service was opened'],
  help_desk: ['客服会话开始、转接或结束', 'A customer-service session changed'],
  media_checked: ['图片或声音的审查结果', 'A picture or sound was checked'],
  code_reviewed: ['小程序审核结果', 'The Mini Program was reviewed'],
  punished: ['平台警告或处罚', 'The platform warned or punished'],
  test: ['后台的测试推送', 'A test push'],
  group_changed: ['客户群有变动', 'A customer group changed'],
  contact: ['客户有变动', 'A customer changed'],
  corp_tags: ['企业标签有变动', 'WeCom tags changed'],
  unknown: ['不认识', 'Unknown'],
}

const jobs: Names = {
  'push.process': ['处理一条推送', 'Work on a push'],
  'push.blank': ['清除一个人发来的内容', 'Delete what a person sent'],
  'group.sync': ['更新一个群的资料', 'Update a group'],
  'group.reconcile': ['核对群列表', 'Compare the list of groups'],
  'placement.place': ['给推广排空档', 'Find a slot for a post'],
  'placement.handover': ['把推广交给群主', 'Hand a post to a group’s owner'],
  'task.poll': ['查看群主是否已发', 'See whether an owner has posted'],
  'task.close': ['结束过期的发送任务', 'End a post that is too late'],
  'message.send': ['发客服消息', 'Send customer-service messages'],
  'broadcast.start': ['开始群发', 'Start a broadcast'],
  'broadcast.send': ['发一批群发', 'Send a part of a broadcast'],
  'broadcast.poll': ['查看群发结果', 'See what became of a broadcast'],
  'notice.send': ['发订阅消息', 'Send a subscribe message'],
  'templates.sync': ['更新订阅消息模板', 'Update message templates'],
  'check.judge': ['审查内容', 'Check content'],
  'checks.sweep': ['跟进内容审查', 'Follow up content checks'],
  'entry.renew': ['更新快过期的链接', 'Renew links that run out'],
  'entry.ways': ['维护入群二维码', 'Keep join codes working'],
  'live.watch': ['查看活码的群', 'Watch the groups of live codes'],
  'live.check': ['查看一个活码', 'Check a live code'],
  'article.poll': ['查看文章发布结果', 'See what became of an article'],
  'tag.sync': ['同步成员标签', 'Bring tags to WeChat'],
  'tag.refresh': ['按规则更新标签', 'Apply the rules of tags'],
  'tag.recount': ['统计标签人数', 'Count the members of tags'],
  'funnel.refresh': ['统计漏斗', 'Count the funnel'],
  'store.tidy': ['清理过期数据', 'Tidy up old data'],
  'channel.limits': ['了解接口次数上限', 'Learn the limits of calls'],
}

const apis: Names = {
  '/cgi-bin/token': ['取调用凭证', 'Fetch an access token'],
  '/cgi-bin/stable_token': ['取调用凭证', 'Fetch an access token'],
  '/cgi-bin/gettoken': ['取调用凭证', 'Fetch an access token'],
  '/cgi-bin/clear_quota': ['清零调用次数', 'Clear the count of calls'],
  '/cgi-bin/openapi/quota/get': ['查询次数上限', 'Ask for limits'],
  '/cgi-bin/callback/check': ['网络检测', 'Test the network'],
  '/cgi-bin/getcallbackip': ['查询推送来源', 'Ask where pushes come from'],
  '/cgi-bin/menu/create': ['发布菜单', 'Publish the menu'],
  '/cgi-bin/menu/delete': ['撤下菜单', 'Withdraw the menu'],
  '/cgi-bin/menu/get': ['读取菜单', 'Read the menu'],
  '/cgi-bin/get_current_selfmenu_info': ['读取菜单', 'Read the menu'],
  '/cgi-bin/message/custom/send': ['发客服消息', 'Send customer-service messages'],
  '/cgi-bin/message/mass/send': ['群发', 'Broadcast'],
  '/cgi-bin/message/mass/sendall': ['群发', 'Broadcast'],
  '/cgi-bin/message/mass/preview': ['预览群发', 'Preview a broadcast'],
  '/cgi-bin/message/mass/get': ['查询群发结果', 'Ask about a broadcast'],
  '/cgi-bin/message/template/send': ['发模板消息', 'Send template messages'],
  '/cgi-bin/message/subscribe/send': ['发订阅消息', 'Send subscribe messages'],
  '/wxaapi/newtmpl/gettemplate': ['读取消息模板', 'Read message templates'],
  '/cgi-bin/qrcode/create': ['生成公众号二维码', 'Make Official Account codes'],
  '/wxa/getwxacodeunlimit': ['生成小程序码', 'Make Mini Program codes'],
  '/wxa/generate_urllink': ['生成小程序链接', 'Make Mini Program links'],
  '/wxa/generatescheme': ['生成小程序链接', 'Make Mini Program links'],
  '/wxa/msg_sec_check': ['审查文字', 'Check texts'],
  '/wxa/media_check_async': ['审查图片和声音', 'Check pictures and sounds'],
  '/cgi-bin/user/get': ['读取粉丝名单', 'List followers'],
  '/cgi-bin/user/info': ['读取粉丝资料', 'Read about a follower'],
  '/cgi-bin/draft/get': ['读取草稿', 'Read a draft'],
  '/cgi-bin/draft/batchget': ['读取草稿列表', 'List drafts'],
  '/sns/jscode2session': ['小程序登录', 'Mini Program sign-in'],
  '/cgi-bin/externalcontact/get_follow_user_list': ['读取可以加客户的同事', 'List colleagues who may have contacts'],
  '/cgi-bin/externalcontact/get_groupmsg_list_v2': ['读取群发记录', 'List mass messages'],
  '/cgi-bin/externalcontact/get_groupmsg_task': ['查看群主是否确认', 'See whether an owner confirmed'],
  '/cgi-bin/externalcontact/cancel_groupmsg_send': ['停止一条群发', 'Stop a mass message'],
  '/cgi-bin/externalcontact/remind_groupmsg_send': ['提醒群主确认群发', 'Remind an owner to confirm'],
  '/cgi-bin/externalcontact/get': ['读取客户', 'Read a contact'],
  '/cgi-bin/externalcontact/send_welcome_msg': ['发送欢迎语', 'Welcome a new contact'],
  '/cgi-bin/externalcontact/groupchat/statistic': ['读取群聊统计', 'Read talk in groups'],
  '/cgi-bin/externalcontact/groupchat/transfer': ['转交离职同事的群', 'Transfer groups of who has left'],
  '/cgi-bin/externalcontact/group_welcome_template/add': ['保存入群欢迎语', 'Keep a group welcome'],
  '/cgi-bin/externalcontact/group_welcome_template/edit': ['修改入群欢迎语', 'Change a group welcome'],
  '/cgi-bin/externalcontact/group_welcome_template/get': ['查看入群欢迎语', 'Read a group welcome'],
  '/cgi-bin/externalcontact/group_welcome_template/del': ['删除入群欢迎语', 'Delete a group welcome'],
  '/cgi-bin/message/wxopen/activityid/create': ['生成会变的卡片', 'Make a card that changes'],
  '/cgi-bin/message/wxopen/updatablemsg/send': ['更新卡片', 'Change a card'],
  '/cgi-bin/message/wxopen/chattoolmsg/send': ['更新聊天工具卡片', 'Change a chat-tool card'],
  '/cgi-bin/externalcontact/groupchat/list': ['读取客户群列表', 'List customer groups'],
  '/cgi-bin/externalcontact/groupchat/get': ['读取客户群', 'Read a customer group'],
  '/cgi-bin/externalcontact/groupchat/add_join_way': ['生成入群二维码', 'Make join codes'],
  '/cgi-bin/externalcontact/opengid_to_chatid': ['认出客户群', 'Recognise a customer group'],
  '/cgi-bin/externalcontact/add_msg_template': ['把要发的交给群主', 'Hand a post to an owner'],
  '/cgi-bin/externalcontact/get_groupmsg_send_result': ['查看群主是否已发', 'See whether an owner posted'],
}

const messages: Names = {
  text: ['文字', 'Text'],
  image: ['图片', 'Picture'],
  news: ['图文', 'Article'],
  link: ['图文', 'Article'],
  miniprogrampage: ['小程序卡片', 'Mini Program card'],
}

const all = { kinds, intents, jobs, apis, messages }

/** nameOf is the word's name in a language, or the word. */
export function nameOf(of: keyof typeof all, word: string, lang: Lang): string {
  const found = all[of][word]
  return found?.[lang === 'en' ? 1 : 0] ?? word
}
