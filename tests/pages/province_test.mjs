// An officer's morning at the province's pages, a leader's official run, and what each role sees.
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs';
import {test} from 'node:test';

import {faults, openBrowser, openPage, screenshots} from './browser.mjs';
import {addPerson, figures, longName, report, sent, signIn, typed, untilState} from './province_people.mjs';
import {password, Room} from './room.mjs';

async function furnish(t) {
  const room = new Room(t);
  const province = await room.province();
  await addPerson(room, province, 'minh.nv', 'officer', 'Nguyễn Văn Minh');
  await addPerson(room, province, 'huong.lt', 'leader', 'Lê Thị Thu Hương');
  await addPerson(room, province, 'hoa.tt', 'viewer', 'Trần Thị Hoa');
  const office = await room.office(province, 'vn-56-575', longName);
  await office.run('sync');
  await room.office(province, 'vn-56-573', 'Huyện Khánh Vĩnh');
  const browser = await openBrowser(t);
  return {room, province, office, browser};
}

test('an officer returns a report with a reason, approves the next one, and the leader makes the official run', async (t) => {
  const {province, office, browser} = await furnish(t);
  await typed(office, 'report:bm09:2024S2', {...figures, rad_facilities_count: 4, rad_licensed_count: 4});
  await sent(office, 'report:bm09:2024S2');
  await typed(office, report, figures);
  await sent(office, report);

  const page = await signIn(t, browser, province, 'minh.nv');
  await page.getByRole('link', {name: '2 báo cáo đang chờ'}).click();
  await page.getByRole('link', {name: `${longName}: BM09 · 6 tháng đầu năm/2025`}).click();
  await page.getByRole('heading', {level: 1, name: longName}).waitFor();
  const row = page.getByRole('row', {name: 'Số cơ sở tiến hành công việc bức xạ'});
  assert.match(await row.textContent(), /6 cơ sở.*4.*▲ \+2 \(\+50%\)/, 'the report stands beside the period before');
  assert.deepEqual(await faults(page), []);
  await screenshots(page, 'province-report');

  await page.getByRole('button', {name: 'Yêu cầu sửa: Số thiết bị X-quang'}).click();
  assert.ok(await page.getByRole('button', {name: 'Trả lại đơn vị'}).isDisabled(), 'a return needs its reason');
  await page.getByRole('textbox', {name: 'Số thiết bị X-quang'}).fill('Kỳ trước không có thiết bị nào bị thanh lý; đề nghị kiểm tra.');
  await page.getByRole('button', {name: 'Trả lại đơn vị'}).click();
  await page.getByText('Hiện không có gì để quyết định.').waitFor();
  await untilState(office, report, 'returned');
  const {reasons} = (await office.json('report', 'show', report)).review;
  assert.deepEqual(reasons, [{field: 'rad_xray_count', text: 'Kỳ trước không có thiết bị nào bị thanh lý; đề nghị kiểm tra.'}]);

  await office.run('report', 'set', report, 'rad_xray_count=5', '--by', 'lan.ht');
  await sent(office, report);
  await page.getByRole('link', {name: 'Về danh sách'}).click();
  await page.getByText('lần gửi thứ 2').waitFor();
  await page.getByRole('link', {name: `${longName}: BM09 · 6 tháng đầu năm/2025`}).click();
  await page.getByRole('button', {name: 'Duyệt', exact: true}).click();
  await page.getByText('Đã duyệt. Chỉ lãnh đạo Sở mở khóa được.').waitFor();
  await untilState(office, report, 'approved');

  await page.goto(`${province.url}/ui/#/tables?form=bm09&period=2025S1&against=2024S2`);
  const total = page.getByRole('row', {name: 'Số cơ sở tiến hành công việc bức xạ'});
  assert.match(await total.textContent(), /6.*4.*▲ \+2.*1\/2/);
  await total.getByRole('button').click();
  await page.getByRole('dialog').getByRole('link', {name: longName}).waitFor();
  assert.deepEqual(await faults(page), []);
  await page.getByRole('dialog').getByRole('button', {name: 'Đóng'}).click();
  assert.equal(await page.getByRole('button', {name: 'Lập bản chính thức'}).count(), 0, 'that is the leader\'s');
  await screenshots(page, 'province-tables');
  for (const [name, begin] of [['XLSX', 'PK'], ['DHIS2 JSON', '{']]) {
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', {name, exact: true}).click()]);
    assert.ok(fs.readFileSync(await file.path()).toString('latin1').startsWith(begin), name);
  }

  const leader = await signIn(t, browser, province, 'huong.lt');
  await leader.goto(`${province.url}/ui/#/tables?form=bm09&period=2025S1&official=yes`);
  await leader.getByRole('button', {name: 'Lập bản chính thức'}).click();
  await leader.getByRole('dialog').getByLabel('Lý do').fill('Một đơn vị chưa có đường truyền');
  await leader.getByRole('dialog').getByRole('button', {name: 'Lập bản chính thức'}).click();
  await leader.getByRole('heading', {level: 1, name: 'BM09 · 6 tháng đầu năm/2025'}).waitFor();
  assert.match(await leader.getByRole('main').textContent(), /bởi huong\.lt/);
  await leader.getByRole('button', {name: 'Tính lại'}).click();
  await leader.getByText('Giống hệt từng byte').waitFor();
  await leader.getByRole('main').getByRole('link', {name: 'Ủy ban nhân dân xã Khánh Thượng'}).waitFor();
  await screenshots(leader, 'province-run');
  const runs = await province.json('run-list');
  assert.equal(runs.length, 1);
  assert.equal(runs[0].by, 'huong.lt');
});

test('an officer opens the scan that came with a report, and one who guesses passwords has to wait', async (t) => {
  const {room, province, office, browser} = await furnish(t);
  await typed(office, report, figures);
  fs.writeFileSync(room.file('bản ký.pdf'), randomBytes(300_000));
  await office.run('report', 'attach', report, room.file('bản ký.pdf'));
  await sent(office, report);
  const page = await signIn(t, browser, province, 'minh.nv');
  await page.goto(`${province.url}/ui/#/review/vn-56-575/${encodeURIComponent(report)}`);
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', {name: 'bản ký.pdf'}).click()]);
  assert.ok(fs.readFileSync(await file.path()).equals(fs.readFileSync(room.file('bản ký.pdf'))));
  assert.equal(file.suggestedFilename(), 'bản ký.pdf');

  const guesser = await openPage(t, browser, `${province.url}/ui/`);
  await guesser.getByLabel('Tên đăng nhập').fill('huong.lt');
  for (let guess = 0; guess < 6; ++guess) {
    await guesser.getByLabel('Mật khẩu').fill(`guess ${guess}`);
    await guesser.getByRole('button', {name: 'Đăng nhập'}).click();
    await guesser.getByRole('button', {name: 'Đăng nhập', disabled: false}).waitFor();
  }
  await guesser.getByText('Nhập sai mật khẩu quá nhiều lần; hãy đợi một phút.').waitFor();
});

test('two PCs of an office that sent unlike reports are told to send again', async (t) => {
  const {province, office, browser} = await furnish(t);
  const second = await office.room.pc('vn-56-575', office.token, province.port);
  await second.run('sync');
  for (const pc of [office, second]) {
    await typed(pc, report, figures);
    await pc.run('report', 'set', report, '--remark', `${pc === office ? 'rad_xray_count' : 'rad_sources_count'}=Đã đối chiếu`, '--by', 'lan.ht');
    await pc.run('report', 'submit', report, '--by', 'lan.ht');
  }
  await office.run('sync');
  await second.run('sync');
  const page = await signIn(t, browser, province, 'minh.nv');
  await page.getByText(`${longName}: hai máy đã gửi hai bản khác nhau; đơn vị phải gửi lại`).waitFor();
  await screenshots(page, 'province-start');
  assert.deepEqual(await faults(page), []);
  await page.getByRole('navigation').getByRole('link', {name: 'Duyệt báo cáo'}).click();
  await page.getByText('Phải gửi lại', {exact: true}).waitFor();
  await screenshots(page, 'province-review');
  await page.getByRole('link', {name: `${longName}: BM09 · 6 tháng đầu năm/2025`}).click();
  await page.getByText('Đơn vị phải gửi lại.', {exact: true}).waitFor();
  await page.getByText('Hiện không có gì để quyết định.').waitFor();
});

test('each role sees its own pages, and a session that was ended asks at the door without losing the page', async (t) => {
  const {province, browser} = await furnish(t);
  const places = async (page) => (await page.getByRole('navigation').first().getByRole('link').allTextContents()).map((text) => text.replace(/\d+$/, ''));
  const viewer = await signIn(t, browser, province, 'hoa.tt');
  assert.deepEqual(await places(viewer), ['Tổng quan', 'Bảng tổng hợp', 'Bản chính thức', 'Đơn vị', 'Tài khoản']);
  await viewer.goto(`${province.url}/ui/#/people`);
  await viewer.getByRole('heading', {level: 1, name: 'Tổng quan'}).waitFor();
  assert.equal(await viewer.evaluate(async () => (await fetch('/api/v1/people')).status), 403);
  const officer = await signIn(t, browser, province, 'minh.nv');
  assert.deepEqual(await places(officer), ['Tổng quan', 'Duyệt báo cáo', 'Bảng tổng hợp', 'Bản chính thức', 'Kiến nghị', 'Ban hành', 'Đơn vị', 'Tài khoản']);

  const admin = await signIn(t, browser, province, 'admin');
  await admin.getByRole('link', {name: 'Người dùng'}).click();
  await admin.getByRole('button', {name: 'Thêm người'}).click();
  await admin.getByLabel('Tên đăng nhập').fill('lan.pt');
  await admin.getByLabel('Họ và tên').fill('Phạm Thị Lan');
  await admin.getByRole('button', {name: 'Lưu'}).click();
  const secret = await admin.locator('code.secret').textContent();
  await admin.getByRole('button', {name: 'Tôi đã ghi lại'}).click();
  await screenshots(admin, 'province-people');
  assert.deepEqual(await faults(admin), []);
  const lan = await openPage(t, browser, `${province.url}/ui/`);
  await lan.getByLabel('Tên đăng nhập').fill('lan.pt');
  await lan.getByLabel('Mật khẩu').fill(secret);
  await lan.getByRole('button', {name: 'Đăng nhập'}).click();
  await lan.getByText('Phạm Thị Lan · Chuyên viên').waitFor();

  await admin.reload();
  await admin.getByRole('button', {name: /^Kết thúc: minh\.nv/}).click();
  await officer.getByRole('navigation').getByRole('link', {name: 'Duyệt báo cáo'}).click();
  await officer.getByRole('dialog', {name: 'Đăng nhập lại'}).waitFor();
  await officer.getByRole('dialog').getByLabel('Mật khẩu').fill(password);
  await officer.getByRole('dialog').getByRole('button', {name: 'Đăng nhập'}).click();
  await officer.getByRole('dialog').waitFor({state: 'detached'});

  await admin.getByRole('navigation').getByRole('link', {name: 'Nhật ký'}).click();
  await admin.getByRole('cell', {name: 'Kết thúc phiên'}).waitFor();
  await admin.getByRole('button', {name: 'Kiểm tra chuỗi'}).click();
  await admin.getByText('còn nguyên như khi ghi').waitFor();
  await admin.getByText('vai trò: Lãnh đạo Sở').first().waitFor();
  await screenshots(admin, 'province-audit');
  assert.deepEqual(await faults(admin), []);
});

test('an administrator adds an office and renews a token, an officer publishes and answers', async (t) => {
  const {province, office, browser} = await furnish(t);
  const admin = await signIn(t, browser, province, 'admin');
  await admin.getByRole('navigation').getByRole('link', {name: 'Đơn vị'}).click();
  await admin.getByRole('button', {name: 'Thêm đơn vị'}).click();
  await admin.getByLabel('Mã đơn vị hành chính').fill('570');
  await admin.getByRole('dialog').getByRole('button', {name: 'Thêm đơn vị'}).click();
  const token = await admin.locator('code.secret').textContent();
  await admin.getByRole('button', {name: 'Tôi đã ghi lại'}).click();
  await admin.getByText('Huyện Cam Lâm').waitFor();
  const fresh = await office.room.pc('vn-56-570', token, province.port);
  await fresh.run('sync');
  await admin.getByRole('button', {name: 'Mã mới: Huyện Cam Lâm'}).click();
  await admin.getByRole('button', {name: 'Tạo mã mới'}).click();
  assert.notEqual(await admin.locator('code.secret').textContent(), token);
  await assert.rejects(fresh.run('sync'), 'the old token has ended');
  await admin.getByRole('button', {name: 'Tôi đã ghi lại'}).click();
  await screenshots(admin, 'province-offices');
  assert.deepEqual(await faults(admin), []);

  const officer = await signIn(t, browser, province, 'minh.nv');
  await officer.getByRole('navigation').getByRole('link', {name: 'Ban hành'}).click();
  await officer.getByRole('button', {name: 'Mở đợt báo cáo'}).click();
  await officer.getByLabel('Biểu mẫu').selectOption('bm09');
  await officer.getByLabel('Kỳ báo cáo').fill('2025S2');
  await officer.getByLabel('Hạn gửi').fill('2025-12-20');
  await officer.getByRole('button', {name: 'Gửi đến mọi đơn vị'}).click();
  await officer.getByText('20/12/2025').waitFor();
  await screenshots(officer, 'province-publishing');
  await officer.getByRole('link', {name: 'Văn bản hướng dẫn'}).click();
  await officer.getByRole('button', {name: 'Ban hành văn bản'}).click();
  await officer.getByLabel('Số hiệu').fill('12/KH-UBND');
  await officer.getByLabel('Trích yếu').fill('Kế hoạch khoa học và công nghệ năm 2026');
  await officer.getByRole('button', {name: 'Gửi đến mọi đơn vị'}).click();
  await officer.getByRole('link', {name: '12/KH-UBND'}).waitFor();
  await office.run('sync');
  const [notice] = await office.json('notice', 'list');
  assert.equal(notice.number, '12/KH-UBND');
  await office.run('notice', 'read', notice.id, '--by', 'lan.ht');
  await office.run('recommendation', 'new', 'kind=kien_nghi', 'petition_text=Đề nghị hỗ trợ kiểm định thiết bị X-quang', 'addressed_to=so_khcn', '--by', 'lan.ht');
  await office.run('sync');
  await officer.getByRole('link', {name: '12/KH-UBND'}).click();
  await officer.getByText('Đã đọc 1').waitFor();
  await screenshots(officer, 'province-readings');
  await officer.getByRole('navigation').getByRole('link', {name: 'Kiến nghị'}).click();
  await officer.getByRole('button', {name: `Trả lời: ${longName}`}).click();
  await officer.getByRole('dialog').getByLabel('Tình trạng').selectOption('da_tra_loi');
  await officer.getByLabel('Nội dung trả lời').fill('Sở bố trí kiểm định trong quý I.');
  await officer.getByRole('button', {name: 'Gửi trả lời'}).click();
  await officer.getByText('Không có kiến nghị nào đang chờ.').waitFor();
  await officer.getByLabel('Cả kiến nghị đã trả lời').check();
  await officer.getByText('Sở bố trí kiểm định trong quý I.').waitFor();
  await screenshots(officer, 'province-recommendations');
  assert.deepEqual(await faults(officer), []);
  await office.run('sync');
  assert.equal((await office.json('recommendation', 'list'))[0].answer_text, 'Sở bố trí kiểm định trong quý I.');
});
